using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>A loaded code image: unloaded when the module is disposed and no kernel of it is reachable any more.</summary>
internal sealed class LibraryHandle(CudaDevice device, CUlibrary handle) : IDisposable
{
    public CUlibrary Handle { get; } = handle;

    /// <summary>Unloads now. The caller knows that no kernel of it is in use.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        device.Resources.Destroy(ResourceKind.Library, Handle.Value);
    }

    ~LibraryHandle() => device.Resources.Abandon(this);
}
