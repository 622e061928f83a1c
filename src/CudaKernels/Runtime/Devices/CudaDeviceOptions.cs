namespace CudaKernels;

/// <summary>How a CUDA device is opened. Immutable.</summary>
public sealed record CudaDeviceOptions
{
    private static readonly Lazy<KernelCache> s_sharedCache = new(() => new KernelCache());

    /// <summary>The defaults.</summary>
    public static CudaDeviceOptions Default { get; } = new();

    /// <summary>Waits after every launch, so that a failure names its kernel, and keeps the stack of every allocation for the leak report. Slow; off by default.</summary>
    public bool Debug { get; init; }

    /// <summary>Whether memory comes from the device's stream-ordered pool where there is one. On by default; off means cuMemAlloc, whose frees wait for the device.</summary>
    public bool UseMemoryPool { get; init; } = true;

    /// <summary>How much unused memory the pool may keep, in bytes, at each synchronisation; all of it by default.</summary>
    public ulong PoolReleaseThreshold { get; init; } = ulong.MaxValue;

    /// <summary>Whether compiled kernels are kept on disk between processes, in <see cref="KernelCache"/> or the default folder. On by default.</summary>
    public bool UseKernelCache { get; init; } = true;

    /// <summary>The disk cache to use; null for the default folder.</summary>
    public KernelCache? KernelCache { get; init; }

    /// <summary>
    /// Whether operations that choose their implementation by themselves go by what <see cref="MatMulTuner"/> measured, in this process or in an earlier one. On by
    /// default; off gives the same choice, and so the same bits, on every device of a kind.
    /// </summary>
    public bool UseTimings { get; init; } = true;

    internal KernelCache? EffectiveCache => UseKernelCache ? KernelCache ?? s_sharedCache.Value : null;

    /// <summary>Changes the text of a kernel file before it is compiled, given its path and text: for tests that break kernels on purpose.</summary>
    internal Func<string, string, string>? KernelText { get; init; }
}
