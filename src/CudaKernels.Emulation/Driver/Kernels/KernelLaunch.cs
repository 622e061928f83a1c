namespace CudaKernels.Emulation;

/// <summary>One run of a kernel.</summary>
internal readonly unsafe ref struct KernelLaunch
{
    public required SoftwareDevice Device { get; init; }

    public required LaunchShape Shape { get; init; }

    /// <summary>The number of the stream; 0 for a node of a graph.</summary>
    public required ulong Stream { get; init; }

    /// <summary>Whether the kernel before it in the stream may still run.</summary>
    public required bool IsDependent { get; init; }

    /// <summary>A pointer to each argument.</summary>
    public required void** Arguments { get; init; }
}
