using System.Diagnostics;
using CudaKernels.Interop;

namespace CudaKernels.Cli.Bench.Latency;

/// <summary>What the device needs from one small kernel to the next, each of which reads what the last one wrote: in a stream, in a graph, and with programmatic dependent launch.</summary>
internal sealed unsafe class QueueTimes : IDisposable
{
    // A stream takes about a thousand launches before the next one has to wait for the GPU.
    private const int Kernels = 200;
    private const int GraphLaunches = 10;
    private readonly CudaStream _stream;
    private readonly HeldStream _held;
    private readonly CudaKernel _count, _countDependent;
    private readonly DeviceBuffer<int> _counter;
    private readonly delegate* unmanaged<CUgraphExec, CUstream, CUresult> _graphLaunch;
    private readonly List<IDisposable> _owned = [];
    private readonly LaunchConfig _config = new(1, 32);
    private int _expected;

    private QueueTimes(LatencyLab lab)
    {
        var device = lab.Cuda!;
        _stream = device.DefaultStream;
        (_count, _countDependent) = (lab.Kernel("count"), lab.Kernel("count_dependent"));
        _counter = device.CreateBuffer<int>(1);
        _counter.Clear();
        _held = new HeldStream(_stream);
        _graphLaunch = (delegate* unmanaged<CUgraphExec, CUstream, CUresult>)BareCall.Address(device, nameof(DriverApi.cuGraphLaunch));
    }

    /// <summary>Launched one by one.</summary>
    public static LatencyContest Stream(LatencyLab lab)
    {
        var times = new QueueTimes(lab);
        return times.Contest(times.InStream);
    }

    /// <summary>Launched one by one, each allowed to be set up before the one ahead of it has ended.</summary>
    public static LatencyContest StreamDependent(LatencyLab lab)
    {
        var times = new QueueTimes(lab);
        return times.Contest(times.InStreamDependent, ("stream", times.InStream));
    }

    /// <summary>Recorded once, then launched as one graph.</summary>
    public static LatencyContest Graph(LatencyLab lab)
    {
        var times = new QueueTimes(lab);
        var graph = times.Record(times.InStream);
        return times.Contest(() => graph.Launch(times._stream), ("stream", times.InStream));
    }

    /// <summary>Recorded with programmatic dependent launch.</summary>
    public static LatencyContest GraphDependent(LatencyLab lab)
    {
        var times = new QueueTimes(lab);
        var (graph, dependent) = (times.Record(times.InStream), times.Record(times.InStreamDependent));
        return times.Contest(() => dependent.Launch(times._stream), ("stream", times.InStream), ("graph", () => graph.Launch(times._stream)));
    }

    /// <summary>What the launch of a graph costs the thread that makes it, beside the bare call.</summary>
    public static LatencyContest GraphLaunch(LatencyLab lab)
    {
        var times = new QueueTimes(lab);
        var graph = times.Record(times.InStream);
        return new LatencyContest(() => times.HostTime(() => times.Launch(graph)), Turns.OfCalls)
        {
            Kernels = Kernels,
            Peers = [("cuGraphLaunch", () => times.HostTime(() => times.BareLaunch(graph)))],
            AllocatedBytes = () => AllocatedBytes.Of(() => times.Launch(graph), GraphLaunches, times._stream) - AllocatedBytes.Of(() => times.BareLaunch(graph), GraphLaunches, times._stream),
            Owned = [times],
        };
    }

    public void Dispose()
    {
        _held.Dispose();
        _owned.ForEach(one => one.Dispose());
        _counter.Dispose();
    }

    private LatencyContest Contest(Action ours, params (string Name, Action Enqueue)[] peers) => new(() => DeviceTime(ours), Turns.OfCalls)
    {
        Kernels = Kernels,
        Peers = [.. peers.Select(peer => (peer.Name, (Func<double>)(() => DeviceTime(peer.Enqueue))))],
        Verify = Verify,
        Owned = [this],
    };

    private CudaGraphExec Record(Action work)
    {
        var graph = _stream.Capture(_ => work());
        _owned.Add(graph);
        if (graph.NodeCount != Kernels)
        {
            throw new InvalidDataException($"the graph of {Kernels} launches has {graph.NodeCount} nodes");
        }

        var instance = graph.Instantiate();
        _owned.Insert(0, instance);
        return instance;
    }

    private double DeviceTime(Action enqueue)
    {
        _expected += Kernels;
        return _held.Measure(enqueue) / Kernels;
    }

    private double HostTime(Action launches)
    {
        var start = Stopwatch.GetTimestamp();
        launches();
        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        _stream.Synchronize();
        return time / GraphLaunches;
    }

    private void Verify()
    {
        var counted = _counter.ToArray()[0];
        if (counted != _expected)
        {
            throw new InvalidDataException($"of {_expected} kernels, {counted} have counted: one has read before the one ahead of it had written");
        }
    }

    private void InStream()
    {
        for (var i = 0; i < Kernels; i++)
        {
            _stream.Launch(_count, _config, _counter);
        }
    }

    private void InStreamDependent()
    {
        var config = _config with { ProgrammaticDependent = true };
        for (var i = 0; i < Kernels; i++)
        {
            _stream.Launch(_countDependent, config, _counter);
        }
    }

    private void Launch(CudaGraphExec graph)
    {
        for (var i = 0; i < GraphLaunches; i++)
        {
            graph.Launch(_stream);
        }
    }

    private void BareLaunch(CudaGraphExec graph)
    {
        var launch = _graphLaunch;
        var (handle, stream, failed) = (graph.Handle, _stream.Handle, 0);
        for (var i = 0; i < GraphLaunches; i++)
        {
            failed |= (int)launch(handle, stream);
        }

        BareCall.Require(failed, nameof(DriverApi.cuGraphLaunch));
    }
}
