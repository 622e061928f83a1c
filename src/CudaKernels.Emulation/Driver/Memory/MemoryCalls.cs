using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions that allocate, free and describe memory.</summary>
internal static unsafe class MemoryCalls
{
    private const uint AllHostFlags = 7;
    private const nuint PitchAlignment = 512;

    public static CUresult cuMemGetInfo(nuint* free, nuint* total)
    {
        var memory = ContextStack.Require().Device.Memory;
        if (free is not null)
            *free = (nuint)memory.Free;
        if (total is not null)
            *total = (nuint)memory.Total;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuMemAlloc(CUdeviceptr* dptr, nuint bytesize) => Allocate(dptr, bytesize, AllocationKind.Device);

    public static CUresult cuMemAllocManaged(CUdeviceptr* dptr, nuint bytesize, uint flags) =>
        flags is 1 or 2 ? Allocate(dptr, bytesize, AllocationKind.Managed) : CUresult.CUDA_ERROR_INVALID_VALUE;

    public static CUresult cuMemAllocPitch(CUdeviceptr* dptr, nuint* pPitch, nuint WidthInBytes, nuint Height, uint ElementSizeBytes)
    {
        if (pPitch is null || WidthInBytes == 0 || Height == 0 || ElementSizeBytes is not (4 or 8 or 16))
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var size = (((UInt128)WidthInBytes + PitchAlignment - 1) / PitchAlignment * PitchAlignment) * Height;
        if (size > ulong.MaxValue)
            return CUresult.CUDA_ERROR_OUT_OF_MEMORY;
        *pPitch = (nuint)(size / Height);
        return Allocate(dptr, (nuint)size, AllocationKind.Device);
    }

    public static CUresult cuMemFree(CUdeviceptr dptr)
    {
        var context = ContextStack.Require();
        if (dptr.Value == 0)
            return CUresult.CUDA_SUCCESS;
        var allocation = FindToFree(context, (nuint)dptr.Value);
        if (allocation.IsHost || allocation.Kind == AllocationKind.Global)
        {
            context.Device.Reports.Misuse($"{SoftwareCall.Name} was given {allocation}, which it does not free");
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        }

        StreamSubmission.RefuseDuringCapture(context);
        Release(context, allocation);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuMemAllocHost(void** pp, nuint bytesize) => cuMemHostAlloc(pp, bytesize, 0);

    public static CUresult cuMemHostAlloc(void** pp, nuint bytesize, uint Flags)
    {
        var context = ContextStack.Require();
        if (pp is null || bytesize == 0 || (Flags & ~AllHostFlags) != 0)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        StreamSubmission.RefuseDuringCapture(context);
        *pp = (void*)context.Device.Memory.AllocateHost(bytesize, Flags).Address;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuMemFreeHost(void* p)
    {
        var context = ContextStack.Require();
        if (p is null)
            return CUresult.CUDA_SUCCESS;
        var allocation = FindToFree(context, (nuint)p);
        if (allocation.Kind != AllocationKind.Pinned)
        {
            context.Device.Reports.Misuse($"{SoftwareCall.Name} was given {allocation}, which it does not free");
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        }

        StreamSubmission.RefuseDuringCapture(context);
        Release(context, allocation);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuMemHostRegister(void* p, nuint bytesize, uint Flags)
    {
        var context = ContextStack.Require();
        if (p is null || bytesize == 0)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        if (AllocationMap.Find((nuint)p) is not null)
            return CUresult.CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED;
        context.Device.Memory.Register((nuint)p, bytesize, AllocationKind.Registered, null, Flags);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuMemHostUnregister(void* p)
    {
        var context = ContextStack.Require();
        if (AllocationMap.Find((nuint)p) is not { Kind: AllocationKind.Registered } allocation || allocation.Address != (nuint)p)
            return CUresult.CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED;
        Release(context, allocation);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuMemHostGetDevicePointer(CUdeviceptr* pdptr, void* p, uint Flags)
    {
        ContextStack.Require();
        if (pdptr is null || Flags != 0 || AllocationMap.Find((nuint)p) is not { IsHost: true })
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *pdptr = new CUdeviceptr((ulong)p);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuMemHostGetFlags(uint* pFlags, void* p)
    {
        ContextStack.Require();
        if (pFlags is null || AllocationMap.Find((nuint)p) is not { IsHost: true } allocation)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *pFlags = allocation.HostFlags;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuMemGetAddressRange(CUdeviceptr* pbase, nuint* psize, CUdeviceptr dptr)
    {
        ContextStack.Require();
        if (AllocationMap.Find((nuint)dptr.Value) is not { } allocation)
            return CUresult.CUDA_ERROR_NOT_FOUND;
        if (pbase is not null)
            *pbase = new CUdeviceptr(allocation.Address);
        if (psize is not null)
            *psize = allocation.Size;
        return CUresult.CUDA_SUCCESS;
    }

    private static CUresult Allocate(CUdeviceptr* dptr, nuint size, AllocationKind kind)
    {
        var context = ContextStack.Require();
        if (dptr is null || size == 0)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        StreamSubmission.RefuseDuringCapture(context);
        *dptr = new CUdeviceptr(context.Device.Memory.Allocate(size, kind, null).Address);
        return CUresult.CUDA_SUCCESS;
    }

    /// <summary>The allocation that begins at an address and may be freed; anything else is reported.</summary>
    public static Allocation FindToFree(SoftwareContext context, nuint address)
    {
        var reports = context.Device.Reports;
        if (AllocationMap.Find(address) is not { } allocation)
        {
            reports.Misuse(AllocationMap.FindFreed(address) is { } freed
                ? $"{SoftwareCall.Name} freed 0x{address:x} twice: it was {freed}"
                : $"{SoftwareCall.Name} was given 0x{address:x}, which the driver never allocated");
        }
        else if (allocation.Address != address)
        {
            reports.Misuse($"{SoftwareCall.Name} was given 0x{address:x}, which lies inside {allocation}, not at its beginning");
        }
        else if (allocation.IsFreeRequested)
        {
            reports.Misuse($"{SoftwareCall.Name} freed 0x{address:x} twice: it is {allocation}, already freed on a stream");
        }
        else if (allocation.Device != context.Device)
        {
            reports.Misuse($"{SoftwareCall.Name} was given {allocation}, which belongs to emulated:{allocation.Device.Ordinal}, while emulated:{context.Device.Ordinal} was current");
        }
        else
        {
            return allocation;
        }

        throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
    }

    // A plain free waits for the device, so that work which still uses the memory can finish.
    private static void Release(SoftwareContext context, Allocation allocation)
    {
        allocation.IsFreeRequested = true;
        context.Device.Executor.DrainAll();
        context.Device.Memory.Release(allocation);
        context.ThrowIfUnusable();
    }
}
