namespace CudaKernels;

/// <summary>Holds a block for the length of a copy, after checking that it lives, belongs to the device and contains the range.</summary>
internal readonly ref struct BlockLease : IDisposable
{
    private readonly MemoryBlock _block;

    public BlockLease(MemoryBlock block, CudaDevice device, nuint byteOffset, nuint byteCount)
    {
        if (!ReferenceEquals(block.Device, device))
            throw new ArgumentException($"the memory belongs to {block.Device.Id}, the call is for {device.Id}");
        if (byteOffset > block.ByteCount || byteCount > block.ByteCount - byteOffset)
            throw new ArgumentOutOfRangeException(nameof(byteCount), byteCount, $"{byteCount} bytes at offset {byteOffset} do not lie in a block of {block.ByteCount} bytes");
        ObjectDisposedException.ThrowIf(!block.TryAcquire(), block);
        _block = block;
    }

    public void Dispose() => _block.Release();
}
