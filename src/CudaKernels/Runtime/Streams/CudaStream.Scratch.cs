namespace CudaKernels;

// Memory between two launches of one operation.
public sealed unsafe partial class CudaStream
{
    private PoolBlock? _scratch;

    /// <summary>The stream's scratch memory, or new one where it is too small or another thread has it.</summary>
    /// <exception cref="InvalidOperationException">The stream is being captured and has not enough.</exception>
    internal PoolBlock RentScratch(nuint byteCount)
    {
        var kept = Interlocked.Exchange(ref _scratch, null);
        if (kept is not null && kept.ByteCount >= byteCount)
            return kept;
        kept?.Release();
        if (Session is not null)
            throw new InvalidOperationException($"{this} is being captured, where the {byteCount} bytes of scratch memory that the operation needs cannot be allocated: run it once on this stream before the capture");
        return Device.Memory.Allocate(byteCount, this, isScratch: true);
    }

    internal void ReturnScratch(PoolBlock block)
    {
        if (Interlocked.CompareExchange(ref _scratch, block, null) is not null)
            block.Release();
        else if (IsDisposed)
            ReleaseScratch();
    }

    private void ReleaseScratch() => Interlocked.Exchange(ref _scratch, null)?.Release();
}
