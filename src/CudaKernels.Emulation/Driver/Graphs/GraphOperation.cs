using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>One launch of a graph: runs its operations one by one, in an order that its edges allow, chosen by the seed.</summary>
internal sealed class GraphOperation : Operation
{
    private readonly List<int> _open = [];
    private SoftwareGraphExec _exec = null!;
    private GraphPlan _plan = null!;
    private int[] _waits = [];

    // For event nodes: the record that the launch made or waits for.
    private long[] _records = [];
    private int _left;

    public override CUgraphNodeType NodeType => CUgraphNodeType.CU_GRAPH_NODE_TYPE_GRAPH;

    public override bool IsReady => _exec.Launches[0] == this && (_left == 0 || FindReady(null) >= 0);

    /// <summary>Prepares a launch. The gate is held.</summary>
    public void Begin(SoftwareGraphExec exec)
    {
        _exec = exec;
        _plan = exec.Plan;
        exec.Launches.Add(this);
        _left = _plan.Operations.Length;
        if (_waits.Length < _left)
        {
            _waits = new int[_left];
            _records = new long[_left];
        }

        _plan.Waits.CopyTo(_waits, 0);
        _open.Clear();
        for (var i = 0; i < _left; i++)
        {
            if (_waits[i] == 0)
                _open.Add(i);
            if (_plan.Operations[i] is EventRecordOperation record)
                _records[i] = record.Event.Record();
            else if (_plan.Operations[i] is EventWaitOperation wait)
                _records[i] = wait.Event.LastRecord;
        }
    }

    public override bool Run(SoftwareDevice device)
    {
        if (_left == 0)
            return true;
        int index;
        lock (device.Executor.Gate)
        {
            var place = FindReady(device.Executor);
            index = _open[place];
            _open.RemoveAt(place);
        }

        if (!_plan.Disabled.Contains(index))
            _plan.Operations[index].Run(device);
        lock (device.Executor.Gate)
        {
            if (_plan.Operations[index] is EventRecordOperation record)
                record.Event.Reach(_records[index]);
            foreach (var dependent in _plan.Dependents[index])
            {
                if (--_waits[dependent] == 0)
                    _open.Add(dependent);
            }
        }

        return --_left == 0;
    }

    public override void Finish(SoftwareDevice device)
    {
        // A launch that was dropped leaves no event waiting.
        for (var i = 0; i < _plan.Operations.Length; i++)
        {
            if (_plan.Operations[i] is EventRecordOperation record)
                record.Event.Reach(_records[i]);
        }

        _exec.Launches.Remove(this);
    }

    public override Operation Copy() => throw new DriverError(CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);

    // A place in the open list whose operation can run: any one, or one chosen by the executor's seed; -1 for none.
    private int FindReady(StreamExecutor? chooser)
    {
        var (chosen, count) = (-1, 0);
        for (var place = 0; place < _open.Count; place++)
        {
            if (_plan.Operations[_open[place]] is EventWaitOperation wait && !wait.Event.HasReached(_records[_open[place]]))
                continue;
            count++;
            if (chooser is null || chooser.Choose(count) == 0)
                chosen = place;
            if (chooser is null)
                break;
        }

        return chosen;
    }
}
