using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions about contexts. A device has its primary context and no other.</summary>
internal static unsafe class ContextCalls
{
    private const int GreatestPriority = -5;

    public static CUresult cuDevicePrimaryCtxRetain(CUcontext* pctx, CUdevice dev)
    {
        var device = SoftwareDriver.Find(dev);
        if (pctx is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *pctx = new CUcontext(device.Retain().Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuDevicePrimaryCtxRelease(CUdevice dev) => SoftwareDriver.Find(dev).Release();

    public static CUresult cuDevicePrimaryCtxReset(CUdevice dev)
    {
        SoftwareDriver.Find(dev).Reset();
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuDevicePrimaryCtxSetFlags(CUdevice dev, uint flags)
    {
        SoftwareDriver.Find(dev).PrimaryFlags = (CUctx_flags)flags;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuDevicePrimaryCtxGetState(CUdevice dev, uint* flags, int* active)
    {
        var device = SoftwareDriver.Find(dev);
        if (flags is null || active is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *flags = (uint)device.PrimaryFlags;
        *active = device.Primary is null ? 0 : 1;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuCtxSetCurrent(CUcontext ctx)
    {
        ContextStack.Set(ctx.Value == 0 ? null : HandleTable.Find<SoftwareContext>(ctx.Value));
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuCtxGetCurrent(CUcontext* pctx)
    {
        if (pctx is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *pctx = new CUcontext(ContextStack.Current?.Handle ?? 0);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuCtxPushCurrent(CUcontext ctx)
    {
        ContextStack.Push(HandleTable.Find<SoftwareContext>(ctx.Value));
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuCtxPopCurrent(CUcontext* pctx)
    {
        var context = ContextStack.Pop();
        if (pctx is not null)
            *pctx = new CUcontext(context.Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuCtxGetDevice(CUdevice* device)
    {
        var context = ContextStack.Current;
        if (context is null)
            return CUresult.CUDA_ERROR_INVALID_CONTEXT;
        if (device is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *device = new CUdevice(context.Device.Ordinal);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuCtxGetFlags(uint* flags)
    {
        var context = ContextStack.Require();
        if (flags is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *flags = (uint)context.Device.PrimaryFlags;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuCtxGetId(CUcontext ctx, ulong* ctxId)
    {
        var context = ctx.Value == 0 ? ContextStack.Require() : HandleTable.Find<SoftwareContext>(ctx.Value);
        if (ctxId is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *ctxId = (ulong)context.Handle;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuCtxGetApiVersion(CUcontext ctx, uint* version)
    {
        _ = ctx.Value == 0 ? ContextStack.Require() : HandleTable.Find<SoftwareContext>(ctx.Value);
        if (version is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *version = SoftwareDriver.Version;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuCtxSynchronize()
    {
        var context = ContextStack.Require();
        StreamSubmission.RefuseDuringCapture(context);
        context.Device.Executor.DrainAll();
        context.ThrowIfUnusable();
        context.Device.Memory.TrimToThresholds();
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuCtxSetLimit(CUlimit limit, nuint value) => ContextStack.Require().Limits.Set(limit, value);

    public static CUresult cuCtxGetLimit(nuint* pvalue, CUlimit limit)
    {
        var context = ContextStack.Require();
        return pvalue is null ? CUresult.CUDA_ERROR_INVALID_VALUE : context.Limits.Get(limit, out *pvalue);
    }

    public static CUresult cuCtxGetCacheConfig(CUfunc_cache* pconfig)
    {
        ContextStack.Require();
        if (pconfig is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *pconfig = CUfunc_cache.CU_FUNC_CACHE_PREFER_NONE;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuCtxSetCacheConfig(CUfunc_cache config)
    {
        ContextStack.Require();
        return Enum.IsDefined(config) ? CUresult.CUDA_SUCCESS : CUresult.CUDA_ERROR_INVALID_VALUE;
    }

    public static CUresult cuCtxGetStreamPriorityRange(int* leastPriority, int* greatestPriority)
    {
        ContextStack.Require();
        if (leastPriority is not null)
            *leastPriority = 0;
        if (greatestPriority is not null)
            *greatestPriority = GreatestPriority;
        return CUresult.CUDA_SUCCESS;
    }

    /// <summary>A priority outside the range is moved into it, as a driver does.</summary>
    public static int ClampPriority(int priority) => Math.Clamp(priority, GreatestPriority, 0);
}
