namespace CudaKernels;

/// <summary>Device memory for what one launch leaves to the next on the same stream. The stream keeps it for the next time, so that nothing is allocated then.</summary>
/// <remarks>
/// It is given back when the launches that use it have been enqueued, not when they have run: whoever gets it next enqueues after them.
/// A graph that captured its use holds a lease on it and is ordered with others as with any memory.
/// </remarks>
internal readonly ref struct StreamScratch : IDisposable
{
    private readonly CudaStream _stream;
    private readonly PoolBlock _block;

    public StreamScratch(CudaStream stream, nuint byteCount)
    {
        _stream = stream;
        _block = stream.RentScratch(byteCount);
    }

    public KernelArgument Input => KernelArgument.Memory(_block, 0, writes: false);

    public KernelArgument Output => KernelArgument.Memory(_block, 0, writes: true);

    /// <summary>A part of it, for operations that keep several things in it.</summary>
    public KernelArgument At(nuint byteOffset, bool writes) => KernelArgument.Memory(_block, byteOffset, writes);

    /// <summary>Sets its first bytes to zero in stream order; a graph that captures this does so each time that it runs.</summary>
    public void Clear(nuint byteCount) => _stream.Device.Fill(_block, 0, byteCount, 0, _stream);

    public void Dispose()
    {
        if (_block is not null)
        {
            _stream.ReturnScratch(_block);
        }
    }
}
