using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>The allocations of a device: from its stream-ordered pool where there is one, with a ladder of remedies when memory runs out.</summary>
internal sealed unsafe class DeviceMemory : IDisposable
{
    private const string DeviceRemedies = "releasing abandoned memory, waiting for the device, trimming the pool, collecting garbage";
    private const string HostRemedies = "releasing abandoned memory, collecting garbage";
    private readonly CudaDevice _device;
    private readonly CUmemoryPool _pool;
    private readonly Dictionary<nuint, Record> _live = [];
    private readonly ConcurrentQueue<CudaBlock> _abandoned = [];
    private volatile bool _isClosed;

    public DeviceMemory(CudaDevice device)
    {
        _device = device;
        if (!device.Options.UseMemoryPool || !device.Specification.SupportsMemoryPools)
            return;
        CUmemoryPool pool;
        device.Check(device.Driver.cuDeviceGetDefaultMemPool(&pool, device.Handle), $"cuDeviceGetDefaultMemPool({device.Id})");
        var threshold = device.Options.PoolReleaseThreshold;
        device.Check(device.Driver.cuMemPoolSetAttribute(pool, CUmemPool_attribute.CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, &threshold), $"cuMemPoolSetAttribute(RELEASE_THRESHOLD, {threshold})");
        _pool = pool;
    }

    private bool HasPool => _pool.Value != 0;

    /// <param name="byteCount">Bytes.</param>
    /// <param name="stream">The stream in whose order the memory comes to be.</param>
    /// <param name="isScratch">Whether the runtime keeps it for itself: it is nobody's to dispose, so it is no leak.</param>
    public PoolBlock Allocate(nuint byteCount, CudaStream stream, bool isScratch = false)
    {
        if (stream.Session is not null)
            throw new InvalidOperationException($"{stream} is being captured: allocate before the capture, and use the destination forms of the operations in it");
        CaptureSession.RefuseOnThisThread($"allocating {byteCount} bytes");
        if (byteCount == 0)
            return new PoolBlock(_device, 0, 0, stream);
        ReleaseAbandoned();
        var result = TryAllocate(byteCount, stream, out var address);
        if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY)
            result = AllocateAfterRelief(byteCount, stream, out address);
        _device.Check(result, $"{(HasPool ? "cuMemAllocFromPoolAsync" : "cuMemAlloc")}({byteCount} bytes, {stream})");
        Remember(address, byteCount, isPinned: false, isScratch);
        CudaTelemetry.Allocations.Add(1);
        CudaTelemetry.LiveMemory.Add((long)byteCount);
        return new PoolBlock(_device, address, byteCount, stream);
    }

    public PinnedBlock AllocatePinned(nuint byteCount)
    {
        CaptureSession.RefuseOnThisThread($"allocating {byteCount} bytes of pinned memory");
        if (byteCount == 0)
            return new PinnedBlock(_device, 0, 0);
        ReleaseAbandoned();
        var address = AllocateHost(byteCount);
        Remember(address, byteCount, isPinned: true, isScratch: false);
        return new PinnedBlock(_device, address, byteCount);
    }

    /// <summary>Frees on the stream that used the block last, after all others. Silent.</summary>
    public void Free(PoolBlock block)
    {
        if (block.Address == 0 || _isClosed)
            return;
        var stream = block.Order.Writer ?? _device.OwnStream;
        if (stream.IsDisposed)
            stream = _device.OwnStream;
        if (stream.Session is not null)
        {
            // A free given to a captured stream would become part of the graph.
            Abandon(block);
            return;
        }

        if (!_device.TryEnterForRelease() || !Forget(block.Address))
            return;
        CudaTelemetry.LiveMemory.Add(-(long)block.ByteCount);
        try
        {
            block.Order.Write(stream);
        }
        catch (CudaException)
        {
            // The failure is latched, or the streams are gone; what is left to do is to give the memory back.
        }

        var address = new CUdeviceptr(block.Address);
        _device.Observe(HasPool ? _device.Driver.cuMemFreeAsync(address, stream.Handle) : _device.Driver.cuMemFree(address), "cuMemFree()");
    }

    public void FreePinned(PinnedBlock block)
    {
        if (block.Address == 0 || _isClosed || !_device.TryEnterForRelease())
            return;
        if (!block.Order.TrySynchronize())
        {
            Abandon(block);
            return;
        }

        if (Forget(block.Address))
            _device.Observe(_device.Driver.cuMemFreeHost((void*)block.Address), "cuMemFreeHost()");
    }

    /// <summary>For finalizers: queues the block for the next allocation or synchronisation.</summary>
    public void Abandon(CudaBlock block)
    {
        if (!_isClosed)
            _abandoned.Enqueue(block);
    }

    public void ReleaseAbandoned()
    {
        for (var count = _abandoned.Count; count > 0 && _abandoned.TryDequeue(out var block); count--)
            block.FreeAbandoned();
    }

    public MemoryFigures ReadFigures()
    {
        nuint free = 0, total = 0;
        ulong reserved = 0, used = 0;
        _device.Check(_device.Driver.cuMemGetInfo(&free, &total), $"cuMemGetInfo()");
        if (HasPool)
        {
            _device.Check(_device.Driver.cuMemPoolGetAttribute(_pool, CUmemPool_attribute.CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT, &reserved), $"cuMemPoolGetAttribute(RESERVED_MEM_CURRENT)");
            _device.Check(_device.Driver.cuMemPoolGetAttribute(_pool, CUmemPool_attribute.CU_MEMPOOL_ATTR_USED_MEM_CURRENT, &used), $"cuMemPoolGetAttribute(USED_MEM_CURRENT)");
        }

        lock (_live)
        {
            var held = _live.Values.Where(record => !record.IsPinned).ToArray();
            return new MemoryFigures(free, total, held.Aggregate(0UL, (sum, record) => sum + record.ByteCount), held.Length, reserved, used);
        }
    }

    public IReadOnlyList<LiveAllocation> ListLive()
    {
        lock (_live)
            return [.. _live.Where(pair => !pair.Value.IsScratch).Select(pair => new LiveAllocation(pair.Key, pair.Value.ByteCount, pair.Value.IsPinned, pair.Value.Site)).OrderByDescending(allocation => allocation.ByteCount)];
    }

    /// <summary>Gives unused memory of the pool back to the device.</summary>
    public void Trim()
    {
        if (HasPool)
            _device.Check(_device.Driver.cuMemPoolTrimTo(_pool, 0), $"cuMemPoolTrimTo(0)");
    }

    /// <summary>Frees everything. The caller has made the context current and waited for the device's work.</summary>
    public void Dispose()
    {
        KeyValuePair<nuint, Record>[] left;
        lock (_live)
        {
            _isClosed = true;
            left = [.. _live];
            _live.Clear();
        }

        foreach (var (address, record) in left)
        {
            var result = record.IsPinned
                ? _device.Driver.cuMemFreeHost((void*)address)
                : HasPool ? _device.Driver.cuMemFreeAsync(new CUdeviceptr(address), _device.OwnStream.Handle) : _device.Driver.cuMemFree(new CUdeviceptr(address));
            _device.Observe(result, "cuMemFree()");
            if (!record.IsPinned)
                CudaTelemetry.LiveMemory.Add(-(long)record.ByteCount);
        }

        _abandoned.Clear();
        _device.Observe(_device.Driver.cuStreamSynchronize(_device.OwnStream.Handle), "cuStreamSynchronize()");
    }

    internal nuint AllocateHost(nuint byteCount)
    {
        var result = TryAllocateHost(byteCount, out var address);
        if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY)
        {
            CollectAbandoned();
            result = TryAllocateHost(byteCount, out address);
        }

        if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY)
            throw OutOfMemory($"cuMemHostAlloc({byteCount} bytes): the host cannot lock that much memory", byteCount, HostRemedies);
        _device.Check(result, $"cuMemHostAlloc({byteCount} bytes)");
        return address;
    }

    private CUresult TryAllocateHost(nuint byteCount, out nuint address)
    {
        const uint Portable = 1; // usable from every context of the process; not write-combined, whose host reads crawl
        void* memory;
        var result = _device.Driver.cuMemHostAlloc(&memory, byteCount, Portable);
        address = result == CUresult.CUDA_SUCCESS ? (nuint)memory : 0;
        return result;
    }

    private CUresult TryAllocate(nuint byteCount, CudaStream stream, out nuint address)
    {
        CUdeviceptr pointer;
        var result = HasPool
            ? _device.Driver.cuMemAllocFromPoolAsync(&pointer, byteCount, _pool, stream.Handle)
            : _device.Driver.cuMemAlloc(&pointer, byteCount);
        address = result == CUresult.CUDA_SUCCESS ? (nuint)pointer.Value : 0;
        return result;
    }

    // From cheap to dear: what was freed but not reached yet, what the pool hoards, what only the garbage collector knows is unused.
    private CUresult AllocateAfterRelief(nuint byteCount, CudaStream stream, out nuint address)
    {
        for (var step = 0; step < 2; step++)
        {
            if (step == 1)
            {
                CollectAbandoned();
                _device.Resources.ReleaseAbandoned();
            }

            _device.WaitAndUnload();
            Trim();
            var result = TryAllocate(byteCount, stream, out address);
            if (result != CUresult.CUDA_ERROR_OUT_OF_MEMORY)
                return result;
        }

        throw OutOfMemory($"{(HasPool ? "cuMemAllocFromPoolAsync" : "cuMemAlloc")}({byteCount} bytes, {stream})", byteCount, DeviceRemedies);
    }

    // What only the garbage collector knows is unused.
    private void CollectAbandoned()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        ReleaseAbandoned();
    }

    private CudaOutOfMemoryException OutOfMemory(string call, nuint byteCount, string remedies)
    {
        var figures = ReadFigures();
        return new CudaOutOfMemoryException(
            string.Create(CultureInfo.InvariantCulture, $"{ErrorExplanation.Describe(CUresult.CUDA_ERROR_OUT_OF_MEMORY, call)} {figures}. Tried before giving up: {remedies}."),
            byteCount,
            figures);
    }

    private void Remember(nuint address, nuint byteCount, bool isPinned, bool isScratch)
    {
        var site = _device.Options.Debug ? new StackTrace(2, fNeedFileInfo: true).ToString() : null;
        lock (_live)
            _live[address] = new Record(byteCount, isPinned, isScratch, site);
    }

    private bool Forget(nuint address)
    {
        lock (_live)
            return _live.Remove(address);
    }

    private readonly record struct Record(nuint ByteCount, bool IsPinned, bool IsScratch, string? Site);
}
