using CudaKernels.Catalog;

namespace CudaKernels.Cli.Bench;

/// <summary>Times operations of the catalog on a device, against the limit of the machine and against peers, and judges what they have computed.</summary>
/// <param name="device">The device.</param>
/// <param name="options">How.</param>
internal sealed class BenchRunner(ComputeDevice device, BenchOptions options)
{
    // A product of 64x64 already does ten FLOPs per byte; nothing that streams its operands comes near.
    private const double ArithmeticIntensity = 8;

    private const double GraphSampleMilliseconds = 1;
    private const int MostGraphCalls = 1000;

    /// <summary>The threads of the managed device; null on a GPU.</summary>
    public int? Threads => (device as CpuDevice)?.Options.Threads;

    /// <summary>Measures one line. What fails becomes part of it, so that the rest is measured still.</summary>
    public BenchRow Measure(OpCase operation, ElementKind kind, string variant, CaseShape shape)
    {
        var row = new BenchRow(operation, kind, variant, shape, Threads);
        try
        {
            return Measure(row);
        }
        catch (Exception failure) when (failure is CudaException or InvalidOperationException or NotSupportedException or OutOfMemoryException)
        {
            return row with { Failed = failure.Message };
        }
    }

    private BenchRow Measure(BenchRow row)
    {
        using var calls = new CaseRotation(device, row.Operation, row.Kind, row.Variant, row.Shape, plan => IsArithmetic(plan) ? 1 : options.Turns.Sets(plan.Bytes));
        var plan = calls.First;
        row = row with { Bytes = plan.Bytes, Flops = plan.Flops, Sets = calls.Sets, Cache = options.Turns.State(plan.Bytes, calls.Sets) };
        var ours = new Contestant(row.Operation.Name, calls.Run, device.Synchronize) { Clock = SampleClock.Of(device), LeastRuns = (calls.Sets + Contest.FewestRounds - 1) / Contest.FewestRounds };
        using var copy = IsArithmetic(plan) ? null : new CopyLimit(device, (nint)plan.Bytes, options.Turns);
        var scale = 1.0;
        var limit = copy?.Contestant ?? Arithmetic(row.Kind, plan.Flops, out scale);
        var refused = new Dictionary<string, string>();
        var peers = Peers(row, ours.Clock, refused);
        row = row with { RefusedPeers = refused };
        try
        {
            var times = Compete(ours, limit, peers, calls, heat: 0, out var limitTime);
            var check = calls.Verify();
            if (check.Failure is not null)
            {
                return row with { Check = check, Failed = $"the result is wrong: {check.Failure}" };
            }

            row = WithoutWrong(row with { Times = times, Check = check, Limit = limit?.Name, LimitMilliseconds = limitTime * scale }, peers);
            row = options.SustainedMilliseconds > 0 && IsArithmetic(plan) ? Sustain(row, ours, peers, calls) : row;
            row = times.Ours.Median < options.GraphBelowMilliseconds ? InGraph(row, calls, times.Ours.Median) : row;
            return row.Failed is null ? row with { AllocatedBytes = ours.AllocatedBytes() } : row;
        }
        finally
        {
            foreach (var peer in peers)
            {
                peer.Dispose();
            }
        }
    }

    private static bool IsArithmetic(CasePlan plan) => plan.Flops > ArithmeticIntensity * plan.Bytes;

    private BenchTimes Compete(Contestant ours, Contestant? limit, IReadOnlyList<BenchPeer> peers, CaseRotation calls, double heat, out double? limitTime)
    {
        Contestant[] contestants = [ours, .. limit is null ? [] : (Contestant[])[limit], .. peers.Select(peer => peer.Contestant)];
        var clocks = new ClockLog(options.Monitor is { } monitor ? monitor.Read : null);
        var times = new Contest(contestants)
        {
            HeatMilliseconds = heat,
            BeforeRounds = () =>
            {
                calls.Poison();
                foreach (var peer in peers)
                {
                    peer.Poison();
                }
            },
            AfterRound = clocks.Add,
        }.Measure();
        limitTime = limit is null ? null : times[1].Median;
        var first = contestants.Length - peers.Count;
        return new BenchTimes(times[0], peers.Select((peer, i) => (peer.Contestant.Name, Ratio: times[first + i].Median / times[0].Median)).ToDictionary(peer => peer.Name, peer => peer.Ratio), clocks.ToJson());
    }

    private BenchRow Sustain(BenchRow row, Contestant ours, IReadOnlyList<BenchPeer> peers, CaseRotation calls)
    {
        var times = Compete(ours, null, peers, calls, options.SustainedMilliseconds, out _);
        return calls.Verify().Failure is { } failure ? Wrong(row, $"after {options.SustainedMilliseconds} ms of work the result is wrong: {failure}") : WithoutWrong(row with { Sustained = times }, peers);
    }

    // So many calls that their graph is long against what starting it costs, and each set is used as often as the others.
    private BenchRow InGraph(BenchRow row, CaseRotation calls, double milliseconds)
    {
        var cuda = (CudaDevice)device;
        var turns = Math.Max(1, (int)Math.Min(GraphSampleMilliseconds / milliseconds, MostGraphCalls) / calls.Sets);
        var count = turns * calls.Sets;
        CudaGraphExec ready;
        try
        {
            using var graph = cuda.DefaultStream.Capture(_ =>
            {
                for (var i = 0; i < count; i++)
                {
                    calls.Run();
                }
            });
            ready = graph.Instantiate();
        }
        catch (Exception refusal) when (refusal is CudaException or InvalidOperationException or NotSupportedException)
        {
            return row with { GraphMissing = refusal.Message };
        }

        using (ready)
        {
            var contestant = new Contestant("graph", () => ready.Launch(cuda.DefaultStream), device.Synchronize) { Clock = SampleClock.Of(device), CallsPerRun = count };
            var times = Compete(contestant, null, [], calls, heat: 0, out _);
            return calls.Verify().Failure is { } failure ? Wrong(row, $"the result of a graph is wrong: {failure}") : row with { Graph = times };
        }
    }

    private static BenchRow Wrong(BenchRow row, string failure) => row with { Times = null, Sustained = null, Graph = null, Check = null, Failed = failure };

    // Peers whose result is wrong have no ratio.
    private static BenchRow WithoutWrong(BenchRow row, IReadOnlyList<BenchPeer> peers)
    {
        var failures = row.FailedPeers.ToDictionary();
        foreach (var peer in peers)
        {
            if (peer.Failure() is { } failure)
            {
                failures[peer.Contestant.Name] = $"the result is wrong: {failure}";
            }
        }

        return row with { Times = Right(row.Times), Sustained = Right(row.Sustained), FailedPeers = failures };

        BenchTimes? Right(BenchTimes? times) => times is null ? null : times with { Peers = times.Peers.Where(peer => !failures.ContainsKey(peer.Key)).ToDictionary() };
    }

    private List<BenchPeer> Peers(BenchRow row, SampleClock clock, Dictionary<string, string> refused)
    {
        var peers = new List<BenchPeer>();
        var operation = row.Operation;
        if (options.OpenBlas is { } openBlas && Threads is { } threads && operation.Name == "matmul" && row.Shape.Lengths.Length == 3)
        {
            switch (row.Kind)
            {
                case ElementKind.Float32:
                    peers.Add(OfOpenBlas(new MatMulPeer<float>(openBlas, row.Shape, threads, operation.Tolerance(row.Kind))));
                    break;
                case ElementKind.Float64:
                    peers.Add(OfOpenBlas(new MatMulPeer<double>(openBlas, row.Shape, threads, operation.Tolerance(row.Kind))));
                    break;
            }
        }

        const string cublas = "cublas";
        if (options.WithPeers && row.Variant != cublas && !LtPeers.IsTf32(row) && device is CudaDevice && operation.Variants.Contains(cublas) && operation.Covers(row.Kind, cublas) && operation.Runs(device, cublas))
        {
            var calls = new CaseRotation(device, operation, row.Kind, cublas, row.Shape, _ => 1);
            peers.Add(new BenchPeer(new Contestant(cublas, calls.Run, device.Synchronize) { Clock = clock }, calls.Poison, () => calls.Verify().Failure, calls));
        }

        if (options.WithPeers && device is CudaDevice cuda && LtPeers.NameOf(row) is { } name)
        {
            try
            {
                peers.Add(LtPeers.Create(cuda, row, clock));
            }
            catch (Exception refusal) when (refusal is CudaException or CudaLibraryNotFoundException or NotSupportedException)
            {
                refused[name] = refusal.Message;
            }
        }

        return peers;
    }

    private static BenchPeer OfOpenBlas<T>(MatMulPeer<T> peer) where T : unmanaged => new(peer.Contestant, peer.Poison, peer.Failure, peer);

    // The managed product widens 16-bit elements to float; integers have no such limit. The scale brings a call to the FLOPs asked for.
    private Contestant? Arithmetic(ElementKind kind, double flops, out double scale)
    {
        var threads = Threads ?? 1;
        scale = flops / (kind == ElementKind.Float64 ? ArithmeticLimit.Flops<double>(threads) : ArithmeticLimit.Flops<float>(threads));
        return Threads is null || !ElementTypes.Floating.Contains(kind) ? null
            : kind == ElementKind.Float64 ? ArithmeticLimit.Contestant<double>(threads) : ArithmeticLimit.Contestant<float>(threads);
    }
}
