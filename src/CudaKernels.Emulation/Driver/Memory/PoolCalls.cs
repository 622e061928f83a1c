using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions for stream-ordered memory.</summary>
internal static unsafe class PoolCalls
{
    public static CUresult cuMemAllocAsync(CUdeviceptr* dptr, nuint bytesize, CUstream hStream) => Allocate(dptr, bytesize, null, hStream);

    public static CUresult cuMemAllocFromPoolAsync(CUdeviceptr* dptr, nuint bytesize, CUmemoryPool pool, CUstream hStream) =>
        Allocate(dptr, bytesize, HandleTable.Find<SoftwarePool>(pool.Value), hStream);

    public static CUresult cuMemFreeAsync(CUdeviceptr dptr, CUstream hStream)
    {
        var stream = StreamSubmission.Resolve(hStream);
        if (dptr.Value == 0)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var allocation = MemoryCalls.FindToFree(stream.Context, (nuint)dptr.Value);
        if (allocation.Kind is not (AllocationKind.Pool or AllocationKind.Device))
        {
            stream.Device.Reports.Misuse($"{SoftwareCall.Name} was given {allocation}, which it does not free");
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        }

        RefuseInCapture(stream);
        var operation = stream.Device.Operations.Frees.Rent();
        operation.Allocation = allocation;
        operation.StreamName = stream.Name;
        allocation.IsFreeRequested = true;
        stream.Device.Memory.BeginPendingFree();
        stream.Give(operation);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuMemPoolCreate(CUmemoryPool* pool, CUmemPoolProps* poolProps)
    {
        if (pool is null || poolProps is null || poolProps->location.type != CUmemLocationType.CU_MEM_LOCATION_TYPE_DEVICE
            || poolProps->allocType != CUmemAllocationType.CU_MEM_ALLOCATION_TYPE_PINNED)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        if (poolProps->handleTypes != CUmemAllocationHandleType.CU_MEM_HANDLE_TYPE_NONE)
            return CUresult.CUDA_ERROR_NOT_SUPPORTED;
        var device = SoftwareDriver.Find(new CUdevice(poolProps->location.id));
        *pool = new CUmemoryPool(device.Memory.AddPool(isDefault: false, poolProps->maxSize).Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuMemPoolDestroy(CUmemoryPool pool)
    {
        var found = HandleTable.Find<SoftwarePool>(pool.Value);
        if (found.IsDefault)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        found.Device.Memory.RemovePool(found);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuMemPoolTrimTo(CUmemoryPool pool, nuint minBytesToKeep)
    {
        var found = HandleTable.Find<SoftwarePool>(pool.Value);
        found.Device.Memory.Trim(found, minBytesToKeep);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuMemPoolSetAttribute(CUmemoryPool pool, CUmemPool_attribute attr, void* value)
    {
        var found = HandleTable.Find<SoftwarePool>(pool.Value);
        if (value is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        return found.Set(attr, IsSwitch(attr) ? *(uint*)value : *(ulong*)value);
    }

    public static CUresult cuMemPoolGetAttribute(CUmemoryPool pool, CUmemPool_attribute attr, void* value)
    {
        var found = HandleTable.Find<SoftwarePool>(pool.Value);
        if (value is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var result = found.Get(attr, out var known);
        if (result != CUresult.CUDA_SUCCESS)
            return result;
        if (IsSwitch(attr))
            *(int*)value = (int)known;
        else
            *(ulong*)value = known;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuMemPoolGetAccess(CUmemAccess_flags* flags, CUmemoryPool memPool, CUmemLocation* location)
    {
        var found = HandleTable.Find<SoftwarePool>(memPool.Value);
        if (flags is null || location is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var isOwn = location->type == CUmemLocationType.CU_MEM_LOCATION_TYPE_DEVICE && location->id == found.Device.Ordinal;
        *flags = isOwn ? CUmemAccess_flags.CU_MEM_ACCESS_FLAGS_PROT_READWRITE : CUmemAccess_flags.CU_MEM_ACCESS_FLAGS_PROT_NONE;
        return CUresult.CUDA_SUCCESS;
    }

    private static CUresult Allocate(CUdeviceptr* dptr, nuint size, SoftwarePool? pool, CUstream hStream)
    {
        var stream = StreamSubmission.Resolve(hStream);
        if (dptr is null || size == 0)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        RefuseInCapture(stream);
        *dptr = new CUdeviceptr(stream.Device.Memory.Allocate(size, AllocationKind.Pool, pool ?? stream.Device.Memory.CurrentPool).Address);
        return CUresult.CUDA_SUCCESS;
    }

    // A real driver makes allocation nodes of these; the software device has none and says so.
    private static void RefuseInCapture(SoftwareStream stream)
    {
        if (stream.Capture is not { } capture)
            return;
        stream.Device.Reports.Misuse($"{SoftwareCall.Name} was called on {stream.Name} while it was being captured: allocate and free outside of captures");
        lock (stream.Device.Executor.Gate)
            capture.Invalidate();
        throw new DriverError(CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    }

    private static bool IsSwitch(CUmemPool_attribute attribute) => attribute <= CUmemPool_attribute.CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES;
}
