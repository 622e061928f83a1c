namespace CudaKernels.Emulation;

/// <summary>One run of a kernel.</summary>
internal readonly unsafe ref struct KernelLaunch
{
    public required SoftwareDevice Device { get; init; }

    public required LaunchShape Shape { get; init; }

    /// <summary>A pointer to each argument.</summary>
    public required void** Arguments { get; init; }
}
