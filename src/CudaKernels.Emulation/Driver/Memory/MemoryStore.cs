using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The memory of one device: how much of it is taken, and by whom.</summary>
internal sealed unsafe class MemoryStore
{
    private readonly SoftwareDevice _device;
    private readonly Lock _lock = new();
    private readonly List<SoftwarePool> _pools = [];
    private ulong _taken;
    private int _pendingFrees;

    public MemoryStore(SoftwareDevice device)
    {
        _device = device;
        DefaultPool = AddPool(isDefault: true, maxSize: 0);
        CurrentPool = DefaultPool;
    }

    public SoftwarePool DefaultPool { get; }

    /// <summary>The pool that cuMemAllocAsync takes from.</summary>
    public SoftwarePool CurrentPool { get; set; }

    public ulong Total => _device.Options.TotalMemory;

    public ulong Free
    {
        get
        {
            lock (_lock)
                return Total - Reserved;
        }
    }

    private ulong Reserved
    {
        get
        {
            var sum = _taken;
            foreach (var pool in _pools)
                sum += pool.Reserved;
            return sum;
        }
    }

    public SoftwarePool AddPool(bool isDefault, ulong maxSize)
    {
        var pool = new SoftwarePool(_device, isDefault, maxSize);
        _device.Handles.Add(pool);
        lock (_lock)
            _pools.Add(pool);
        return pool;
    }

    public void RemovePool(SoftwarePool pool)
    {
        lock (_lock)
        {
            // What is still allocated from it stays valid; it counts for the device from now on.
            _pools.Remove(pool);
            _taken += pool.Used;
            pool.Trim(0);
        }

        if (ReferenceEquals(CurrentPool, pool))
            CurrentPool = DefaultPool;
        _device.Handles.Remove(pool);
    }

    /// <summary>Allocates device memory, or ends the call with CUDA_ERROR_OUT_OF_MEMORY.</summary>
    public Allocation Allocate(nuint size, AllocationKind kind, SoftwarePool? pool)
    {
        if (!TryTake(size, pool))
        {
            // A real pool reuses memory whose free is on its way; here the host waits until it has arrived.
            _device.Executor.WaitWhile(static store => Volatile.Read(ref store._pendingFrees) > 0, this);
            if (!TryTake(size, pool))
                throw new DriverError(CUresult.CUDA_ERROR_OUT_OF_MEMORY);
        }

        try
        {
            var address = HostMemory.HasRoom(size) ? DeviceArena.Allocate(size) : 0;
            if (address == 0)
                throw new DriverError(CUresult.CUDA_ERROR_OUT_OF_MEMORY);
            return Register(address, size, kind, pool, 0);
        }
        catch
        {
            GiveBack(size, pool);
            throw;
        }
    }

    /// <summary>Pinned host memory, which takes nothing of the device's, or the end of the call with CUDA_ERROR_OUT_OF_MEMORY where the host has no room.</summary>
    public Allocation AllocateHost(nuint size, uint flags)
    {
        if (!HostMemory.HasRoom(size))
            throw new DriverError(CUresult.CUDA_ERROR_OUT_OF_MEMORY);
        try
        {
            return Register(DeviceArena.AllocateHost(size), size, AllocationKind.Pinned, null, flags);
        }
        catch (OutOfMemoryException)
        {
            throw new DriverError(CUresult.CUDA_ERROR_OUT_OF_MEMORY);
        }
    }

    public Allocation Register(nuint address, nuint size, AllocationKind kind, SoftwarePool? pool, uint flags)
    {
        var allocation = new Allocation(_device, address, size, kind, pool) { HostFlags = flags };
        AllocationMap.Add(allocation);
        // What the host writes without a call counts as written.
        if (allocation.IsHost)
            DeviceArena.NoteHostRange(address, size);
        else if (kind == AllocationKind.Managed)
            DeviceArena.NoteWritten((void*)address, size);
        return allocation;
    }

    /// <summary>Gives the memory back. The caller has made sure that no work uses it any more.</summary>
    public void Release(Allocation allocation)
    {
        AllocationMap.Remove(allocation);
        allocation.IsGone = true;
        if (allocation.IsHost)
            DeviceArena.NoteHostRange(allocation.Address, 0);
        if (allocation.Kind is AllocationKind.Registered or AllocationKind.Global)
            return;
        if (allocation.Kind == AllocationKind.Pinned)
        {
            DeviceArena.FreeHost(allocation.Address);
            return;
        }

        DeviceArena.Free(allocation.Address, allocation.Size);
        GiveBack(allocation.Size, allocation.Pool);
    }

    public void BeginPendingFree() => Interlocked.Increment(ref _pendingFrees);

    public void EndPendingFree() => Interlocked.Decrement(ref _pendingFrees);

    public void Trim(SoftwarePool pool, ulong keep)
    {
        lock (_lock)
            pool.Trim(keep);
    }

    /// <summary>At a synchronisation every pool gives back what it holds above its threshold.</summary>
    public void TrimToThresholds()
    {
        lock (_lock)
        {
            foreach (var pool in _pools)
                pool.Trim(pool.ReleaseThreshold);
        }
    }

    private bool TryTake(ulong size, SoftwarePool? pool)
    {
        // The sums below may not wrap around.
        if (size > Total)
            return false;
        lock (_lock)
        {
            if (pool is { MaxSize: > 0 } && pool.Used + size > pool.MaxSize)
                return false;
            var growth = pool?.GrowthFor(size) ?? size;
            if (growth > Total - Reserved)
            {
                foreach (var each in _pools)
                    each.Trim(0);
                growth = pool?.GrowthFor(size) ?? size;
                if (growth > Total - Reserved)
                    return false;
            }

            if (pool is null)
                _taken += size;
            else
                pool.Take(size);
            return true;
        }
    }

    private void GiveBack(ulong size, SoftwarePool? pool)
    {
        lock (_lock)
        {
            if (pool is null || !_pools.Contains(pool))
                _taken -= size;
            else
                pool.GiveBack(size);
        }
    }
}
