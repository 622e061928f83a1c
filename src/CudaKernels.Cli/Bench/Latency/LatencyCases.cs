using CudaKernels.Catalog;

namespace CudaKernels.Cli.Bench.Latency;

/// <summary>Everything that <c>bench --latency</c> measures.</summary>
internal static class LatencyCases
{
    private static readonly Version s_dependentCapability = new(9, 0);
    private static readonly Version s_dependentGraphs = new(12, 3);

    private static readonly (string Name, string File, string Kernel, Func<LatencyLab, string?> Missing)[] s_kernels =
    [
        ("exp", "elementwise/exp.cu", "exp_dense<float>", _ => null),
        ("matmul-mma", "linear_algebra/matmul_mma.cu", "matmul_mma<bf16, false, false, 0>", lab => Needs(lab, new Version(8, 0))),
        ("matmul-wgmma", "linear_algebra/matmul_wgmma.cu", "matmul_wgmma<bf16, false, false, 0, 256, 1, false>", lab => lab.Capability.Major == 9 ? null : $"wgmma needs compute capability 9.0, the device has {lab.Capability}"),
    ];

    /// <summary>All, in the order in which they are measured.</summary>
    public static IReadOnlyList<LatencyCase> All { get; } =
    [
        new("launch", "no-arguments", Launches, LaunchTimes.Empty),
        new("launch", "four-arguments", Launches, LaunchTimes.FourArguments),
        new("launch-and-wait", "no-arguments", Launches, LaunchTimes.AndWait),
        new("graph-launch", "200-kernels", Launches, QueueTimes.GraphLaunch),
        new("queued-kernel", "stream", Launches, QueueTimes.Stream),
        new("queued-kernel", "stream-dependent", lab => Launches(lab) ?? Needs(lab, s_dependentCapability), QueueTimes.StreamDependent),
        new("queued-kernel", "graph", Launches, QueueTimes.Graph),
        new("queued-kernel", "graph-dependent", lab => Launches(lab) ?? Needs(lab, s_dependentCapability) ?? NeedsDriver(lab, s_dependentGraphs), QueueTimes.GraphDependent),
        .. s_kernels.Select(kernel => new LatencyCase("compile", kernel.Name, lab => Compiles(lab) ?? kernel.Missing(lab), lab => CompileTimes.Compile(lab, kernel.File, kernel.Kernel))),
        .. s_kernels.Select(kernel => new LatencyCase("compile-cached", kernel.Name, lab => Compiles(lab) ?? kernel.Missing(lab), lab => CompileTimes.FromCache(lab, kernel.File, kernel.Kernel))),
        .. s_kernels.Select(kernel => new LatencyCase("module-load", kernel.Name, lab => Launches(lab) ?? kernel.Missing(lab), lab => CompileTimes.Load(lab, kernel.File, kernel.Kernel))),
        new("process", "info", _ => null, _ => ProcessTimes.Info()),
        new("process", "check-softmax", _ => null, ProcessTimes.Check),
        new("process", "run-kernel", Launches, ProcessTimes.Kernel),
        new("process", "run-new-kernel", lab => Launches(lab) ?? (lab.Cuda!.Kind == DeviceKind.Emulated ? "in an empty cache the software device would compile its own engine first" : null), ProcessTimes.NewKernel),
    ];

    /// <summary>Those whose name contains <paramref name="pattern"/>, or matches it with * as a wildcard; all for null.</summary>
    public static LatencyCase[] Matching(string? pattern)
    {
        var matches = NamePattern.Of(pattern);
        return [.. All.Where(one => matches(one.Operation) || matches(one.Variant) || matches($"{one.Operation} {one.Variant}"))];
    }

    private static string? Launches(LatencyLab lab) => lab.Cuda is null ? "the managed device launches no kernels" : null;

    private static string? Needs(LatencyLab lab, Version capability) =>
        lab.Capability >= capability ? null : $"it needs compute capability {capability}, the device has {lab.Capability}";

    private static string? NeedsDriver(LatencyLab lab, Version version) =>
        lab.Cuda!.Specification.DriverVersion >= version ? null : $"it needs a driver for CUDA {version}, this one is for {lab.Cuda.Specification.DriverVersion}";

    private static string? Compiles(LatencyLab lab)
    {
        try
        {
            return lab.Nvrtc.IsAvailable("nvrtcVersion") ? null : "NVRTC has no nvrtcVersion";
        }
        catch (CudaLibraryNotFoundException)
        {
            return "there is no NVRTC here";
        }
    }
}
