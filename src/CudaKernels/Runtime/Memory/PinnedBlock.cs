namespace CudaKernels;

/// <summary>Page-locked host memory, freed when the streams that touched it are done.</summary>
internal sealed class PinnedBlock(CudaDevice device, nuint address, nuint byteCount) : CudaBlock(device, address, byteCount, device.OwnStream)
{
    protected override void Free() => Owner.Memory.FreePinned(this);
}
