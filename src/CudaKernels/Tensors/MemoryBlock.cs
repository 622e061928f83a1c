namespace CudaKernels;

/// <summary>One allocation of one device, shared by the tensors and views over it and counted by leases.</summary>
/// <remarks>
/// A tensor holds one lease; every call that uses the memory takes one more for as long as it runs, so that a Dispose on another
/// thread never frees memory under it. The last lease frees the block. A block that was never released is handed by its finalizer
/// to <see cref="Abandon"/>, which must not call CUDA: it queues the memory on its owner.
/// </remarks>
internal abstract class MemoryBlock(ComputeDevice device, nuint address, nuint byteCount)
{
    private int _leases = 1;

    public ComputeDevice Device { get; } = device;

    /// <summary>The address on the device (a host address on <see cref="CpuDevice"/>); 0 for an empty block.</summary>
    public nuint Address { get; } = address;

    public nuint ByteCount { get; } = byteCount;

    /// <summary>Takes a lease, or says that the memory is gone.</summary>
    public bool TryAcquire()
    {
        var leases = Volatile.Read(ref _leases);
        while (leases > 0)
        {
            var seen = Interlocked.CompareExchange(ref _leases, leases + 1, leases);
            if (seen == leases)
            {
                return true;
            }

            leases = seen;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _leases) == 0)
        {
            GC.SuppressFinalize(this);
            Free();
        }
    }

    /// <summary>Orders a coming read in <paramref name="stream"/> after the last write, and notes the reader. Nothing is allocated.</summary>
    public virtual void BeforeRead(CudaStream? stream)
    {
    }

    /// <summary>Orders a coming write in <paramref name="stream"/> after the last write and all reads since, and notes the writer.</summary>
    public virtual void BeforeWrite(CudaStream? stream)
    {
    }

    /// <summary>Gives the memory back to the device in stream order.</summary>
    protected abstract void Free();

    /// <summary>Called by the finalizer: queues the memory on its owner without calling CUDA.</summary>
    protected abstract void Abandon();

    ~MemoryBlock()
    {
        if (_leases > 0)
        {
            Abandon();
        }
    }
}
