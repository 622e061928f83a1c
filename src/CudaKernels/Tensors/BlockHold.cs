namespace CudaKernels;

/// <summary>Leases on the blocks that a running call touches: a Dispose on another thread then frees nothing under it.</summary>
internal ref struct BlockHold : IDisposable
{
    private MemoryBlock? _first;
    private MemoryBlock? _second;
    private MemoryBlock? _third;
    private MemoryBlock? _fourth;

    public BlockHold(MemoryBlock first, MemoryBlock? second = null, MemoryBlock? third = null, MemoryBlock? fourth = null)
    {
        first.Device.ThrowIfDisposed();
        try
        {
            _first = Acquire(first);
            _second = Acquire(second);
            _third = Acquire(third);
            _fourth = Acquire(fourth);
        }
        catch (ObjectDisposedException)
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _first?.Release();
        _second?.Release();
        _third?.Release();
        _fourth?.Release();
        _first = _second = _third = _fourth = null;
    }

    private static MemoryBlock? Acquire(MemoryBlock? block) =>
        block is null || block.TryAcquire() ? block : throw new ObjectDisposedException(nameof(DeviceTensor<>), "the tensor was disposed while the call began");
}
