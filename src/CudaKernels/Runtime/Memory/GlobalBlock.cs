namespace CudaKernels;

/// <summary>A variable of a module: its memory goes with the module, which it keeps loaded.</summary>
internal sealed class GlobalBlock(CudaDevice device, nuint address, nuint byteCount, LibraryHandle library) : CudaBlock(device, address, byteCount, device.OwnStream)
{
    protected override void Free() => GC.KeepAlive(library);

    protected override void Abandon() => GC.KeepAlive(library);
}
