using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>Runs the work of a device's streams on one thread: in order inside a stream, in a seeded random order between streams.</summary>
internal sealed class StreamExecutor
{
    private readonly SoftwareDevice _device;
    private readonly List<SoftwareStream> _busy = [];
    private readonly Random _order;
    private Thread? _thread;
    private long _lastSequence;
    private bool _isStopping;

    public StreamExecutor(SoftwareDevice device)
    {
        _device = device;
        _order = new Random(device.Options.Seed);
    }

    /// <summary>Guards all streams, events and captures of the device.</summary>
    public object Gate { get; } = new();

    /// <summary>Chooses among equals, such as the ready nodes of a graph. Used by the executor's thread with the gate held.</summary>
    public int Choose(int count) => _order.Next(count);

    /// <summary>Gives an operation to a stream that is not captured. The gate is held.</summary>
    public long Enqueue(SoftwareStream stream, Operation operation)
    {
        if (_thread is null)
        {
            _thread = new Thread(Loop) { IsBackground = true, Name = $"emulated:{_device.Ordinal}" };
            _thread.Start();
        }

        var sequence = ++_lastSequence;
        if (stream.IsIdle)
            _busy.Add(stream);
        stream.Queue.Enqueue(new QueuedOperation(sequence, operation));
        stream.LastGiven = sequence;
        Monitor.PulseAll(Gate);
        return sequence;
    }

    /// <summary>Waits for everything that a stream has been given.</summary>
    public void Drain(SoftwareStream stream)
    {
        lock (Gate)
        {
            var last = stream.LastGiven;
            while (stream.LastFinished < last && !_isStopping)
                Monitor.Wait(Gate);
        }

        stream.Context.ThrowIfUnusable();
    }

    /// <summary>Waits for everything that any stream has been given.</summary>
    public void DrainAll()
    {
        lock (Gate)
        {
            var last = _lastSequence;
            while (!_isStopping && HasWorkUpTo(last))
                Monitor.Wait(Gate);
        }
    }

    /// <summary>Waits while a condition holds and there is work that could change it.</summary>
    public void WaitWhile<T>(Func<T, bool> condition, T argument)
    {
        lock (Gate)
        {
            while (condition(argument) && _busy.Count > 0 && !_isStopping)
                Monitor.Wait(Gate);
        }
    }

    /// <summary>Ends the thread; what is still queued is dropped.</summary>
    public void Stop()
    {
        Thread? thread;
        lock (Gate)
        {
            _isStopping = true;
            thread = _thread;
            Monitor.PulseAll(Gate);
        }

        if (thread is not null && thread != Thread.CurrentThread)
            thread.Join();
        lock (Gate)
            DropAll();
    }

    private bool HasWorkUpTo(long sequence)
    {
        foreach (var stream in _busy)
        {
            if (stream.Queue.Peek().Sequence <= sequence)
                return true;
        }

        return false;
    }

    private void Loop()
    {
        while (true)
        {
            SoftwareStream stream;
            Operation operation;
            lock (Gate)
            {
                SoftwareStream? next;
                while ((next = Pick()) is null)
                {
                    if (_isStopping)
                        return;
                    Monitor.Wait(Gate);
                }

                if (_isStopping)
                    return;
                stream = next;
                operation = stream.Queue.Peek().Operation;
            }

            var kernel = operation as KernelOperation;
            if (kernel is not null)
                kernel.Place = (stream.Id, stream.EndedWithKernel);
            var isFinished = RunGuarded(stream.Context, operation);
            stream.EndedWithKernel = kernel is not null;
            lock (Gate)
            {
                if (stream.Context.IsLost)
                    DropAll();
                else if (isFinished)
                    Retire(stream);
                Monitor.PulseAll(Gate);
            }
        }
    }

    private bool RunGuarded(SoftwareContext context, Operation operation)
    {
        try
        {
            return operation.Run(_device);
        }
        catch (KernelFault fault)
        {
            if (fault.Report is { } report)
                _device.Reports.Add(report);
            context.Lose(fault.Error);
        }
        catch (Exception failure)
        {
            _device.Reports.Add(new EmulationReport("internal", failure.ToString()));
            context.Lose(CUresult.CUDA_ERROR_UNKNOWN);
        }

        return true;
    }

    // One of the streams whose first operation can run, each as likely as the others.
    private SoftwareStream? Pick()
    {
        SoftwareStream? chosen = null;
        var count = 0;
        foreach (var stream in _busy)
        {
            var head = stream.Queue.Peek();
            if (head.Operation.IsReady && !WaitsForOthers(stream, head.Sequence) && _order.Next(++count) == 0)
                chosen = stream;
        }

        return chosen;
    }

    // The null stream waits for earlier work of blocking streams, and they wait for earlier work of the null stream.
    private bool WaitsForOthers(SoftwareStream stream, long sequence)
    {
        if (!stream.IsBlocking)
            return false;
        foreach (var other in _busy)
        {
            if (other != stream && other.IsBlocking && (stream.IsLegacy || other.IsLegacy) && other.Queue.Peek().Sequence < sequence)
                return true;
        }

        return false;
    }

    private void Retire(SoftwareStream stream)
    {
        var (sequence, operation) = stream.Queue.Dequeue();
        stream.LastFinished = sequence;
        if (stream.IsIdle)
            _busy.Remove(stream);
        operation.Finish(_device);
        operation.Home?.Return(operation);
    }

    // After a sticky error nothing more runs.
    private void DropAll()
    {
        while (_busy.Count > 0)
            Retire(_busy[^1]);
    }
}
