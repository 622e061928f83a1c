using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>Something that the driver gives a handle to.</summary>
internal abstract class DriverObject
{
    /// <summary>The handle, once the object stands in a table.</summary>
    public nint Handle { get; internal set; }

    /// <summary>What it is, for reports: "stream", "event".</summary>
    public abstract string Noun { get; }

    /// <summary>Whether the object is reported when it is left at the end of its context.</summary>
    public virtual bool IsLeakWhenLeft => true;

    /// <summary>What a call given a destroyed or foreign handle of this kind returns.</summary>
    public const CUresult BadHandle = CUresult.CUDA_ERROR_INVALID_HANDLE;
}
