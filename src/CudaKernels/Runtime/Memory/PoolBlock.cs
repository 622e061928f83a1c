namespace CudaKernels;

/// <summary>Device memory, freed in the order of the stream that used it last.</summary>
internal sealed class PoolBlock(CudaDevice device, nuint address, nuint byteCount, CudaStream stream) : CudaBlock(device, address, byteCount, stream)
{
    protected override void Free() => Owner.Memory.Free(this);
}
