using CudaKernels.Catalog;

namespace CudaKernels.Cli.Bench;

/// <summary>Times operations of the catalog on a device, against the limit of the machine and against peers.</summary>
/// <param name="device">The device.</param>
/// <param name="openBlas">The peer of the managed matrix product; null without peers.</param>
/// <param name="withPeers">Whether library calls of a GPU are peers of the library's own kernels.</param>
internal sealed class BenchRunner(ComputeDevice device, OpenBlas? openBlas, bool withPeers)
{
    // A product of 64x64 already does ten FLOPs per byte; nothing that streams its operands comes near.
    private const double ArithmeticIntensity = 8;

    /// <summary>The threads of the managed device; null on a GPU.</summary>
    public int? Threads => (device as CpuDevice)?.Options.Threads;

    /// <summary>Measures one line.</summary>
    public BenchRow Measure(OpCase operation, ElementKind kind, string variant, CaseShape shape)
    {
        using var inputs = new CaseInputs(device, shape, variant, seed: 1, specials: false);
        var plan = operation.Plan(kind, inputs);
        var clock = SampleClock.Of(device);
        var ours = new Contestant(operation.Name, plan.Run, device.Synchronize) { Clock = clock };
        var arithmetic = plan.Flops > ArithmeticIntensity * plan.Bytes;
        using var copy = arithmetic ? null : new CopyLimit(device, (nint)plan.Bytes);
        using var library = Peer(operation, kind, shape);
        using var otherInputs = new CaseInputs(device, shape, "cublas", seed: 1, specials: false);
        var scale = 1.0;
        List<Contestant> contestants = [ours];
        var bound = copy?.Contestant ?? Arithmetic(kind, plan.Flops, out scale);
        if (bound is not null)
        {
            contestants.Add(bound);
        }

        if (library.Contestant is { } openBlasCall)
        {
            contestants.Add(openBlasCall);
        }

        if (withPeers && variant != "cublas" && device is CudaDevice && operation.Variants.Contains("cublas") && operation.Covers(kind, "cublas") && operation.Runs(device, "cublas"))
        {
            contestants.Add(new Contestant("cublas", operation.Plan(kind, otherInputs).Run, device.Synchronize) { Clock = clock });
        }

        var times = Contestant.Measure(contestants);
        double? limit = bound is null ? null : times[1] * scale;
        var firstPeer = bound is null ? 1 : 2;
        var peers = contestants.Select((contestant, i) => (contestant.Name, Ratio: times[i] / times[0])).Skip(firstPeer).ToDictionary(peer => peer.Name, peer => peer.Ratio);
        return new BenchRow(operation, kind, variant, shape, Threads, times[0], plan.Bytes, plan.Flops, limit, bound?.Name, ours.AllocatedBytes(), peers);
    }

    private OwnedPeer Peer(OpCase operation, ElementKind kind, CaseShape shape)
    {
        if (openBlas is null || Threads is not { } threads || operation.Name != "matmul" || shape.Lengths.Length != 3)
        {
            return default;
        }

        switch (kind)
        {
            case ElementKind.Float32:
                var single = new MatMulPeer<float>(openBlas, shape, threads);
                return new OwnedPeer(single.Contestant, single);
            case ElementKind.Float64:
                var wide = new MatMulPeer<double>(openBlas, shape, threads);
                return new OwnedPeer(wide.Contestant, wide);
            default:
                return default;
        }
    }

    // The managed product widens 16-bit elements to float; integers have no such limit. The scale brings a call to the FLOPs asked for.
    private Contestant? Arithmetic(ElementKind kind, double flops, out double scale)
    {
        var threads = Threads ?? 1;
        scale = flops / (kind == ElementKind.Float64 ? ArithmeticLimit.Flops<double>(threads) : ArithmeticLimit.Flops<float>(threads));
        return Threads is null || !ElementTypes.Floating.Contains(kind) ? null
            : kind == ElementKind.Float64 ? ArithmeticLimit.Contestant<double>(threads) : ArithmeticLimit.Contestant<float>(threads);
    }

    private readonly record struct OwnedPeer(Contestant? Contestant, IDisposable? Owner) : IDisposable
    {
        public void Dispose() => Owner?.Dispose();
    }
}
