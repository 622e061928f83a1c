namespace CudaKernels;

/// <summary>Device memory that somebody else has allocated and frees. Its touches are ordered between streams as those of any other.</summary>
internal sealed class ForeignBlock(CudaDevice device, nuint address, nuint byteCount, CudaStream stream) : CudaBlock(device, address, byteCount, stream)
{
    protected override void Free()
    {
    }

    protected override void Abandon()
    {
    }
}
