namespace CudaKernels.Emulation;

/// <summary>How memory was allocated.</summary>
internal enum AllocationKind
{
    Device,
    Pool,
    Pinned,
    Managed,
    Registered,
    Global,
}
