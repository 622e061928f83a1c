namespace CudaKernels;

/// <summary>A run of elements in page-locked host memory, which a device copies to and from at full speed.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <remarks>Disposing it waits for the streams that still copy. It is ordinary cached memory: the host reads it at normal speed.</remarks>
public sealed unsafe class PinnedBuffer<T> : IDisposable where T : unmanaged
{
    private readonly PinnedBlock _block;
    private int _disposed;

    internal PinnedBuffer(PinnedBlock block, int length)
    {
        _block = block;
        Length = length;
    }

    /// <summary>Elements.</summary>
    public int Length { get; }

    /// <summary>The device that locked the memory.</summary>
    public CudaDevice Device => _block.Owner;

    /// <summary>
    /// The elements. Synchronise a stream that writes them before reading, and do not use the span after Dispose. The span does not keep the buffer alive:
    /// hold the buffer, by <c>using</c> or <see cref="GC.KeepAlive"/>, until the span's last use, or the garbage collector may give the memory up before.
    /// </summary>
    public Span<T> Span => new((void*)Block.Address, Length);

    internal PinnedBlock Block
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
            return _block;
        }
    }

    /// <summary>Waits for copies that use the memory and gives it up.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _block.Release();
    }

    /// <summary>Names the buffer.</summary>
    public override string ToString() => $"PinnedBuffer<{typeof(T).Name}>[{Length}] of {Device.Id}";
}
