using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions that describe kernels. CUkernel and CUfunction are the same here.</summary>
internal static unsafe class KernelCalls
{
    public static CUresult cuKernelGetAttribute(int* pi, CUfunction_attribute attrib, CUkernel kernel, CUdevice dev)
    {
        var device = SoftwareDriver.Find(dev);
        var found = HandleTable.Find<LoadedKernel>(kernel.Value);
        if (pi is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *pi = found.GetAttribute(device, attrib);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuKernelSetAttribute(CUfunction_attribute attrib, int val, CUkernel kernel, CUdevice dev)
    {
        SoftwareDriver.Find(dev);
        HandleTable.Find<LoadedKernel>(kernel.Value).SetAttribute(attrib, val);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuFuncGetAttribute(int* pi, CUfunction_attribute attrib, CUfunction hfunc)
    {
        var context = ContextStack.Require();
        return cuKernelGetAttribute(pi, attrib, new CUkernel(hfunc.Value), new CUdevice(context.Device.Ordinal));
    }

    public static CUresult cuFuncSetAttribute(CUfunction hfunc, CUfunction_attribute attrib, int value)
    {
        var context = ContextStack.Require();
        return cuKernelSetAttribute(attrib, value, new CUkernel(hfunc.Value), new CUdevice(context.Device.Ordinal));
    }

    public static CUresult cuFuncSetCacheConfig(CUfunction hfunc, CUfunc_cache config)
    {
        HandleTable.Find<LoadedKernel>(hfunc.Value);
        return Enum.IsDefined(config) ? CUresult.CUDA_SUCCESS : CUresult.CUDA_ERROR_INVALID_VALUE;
    }

    public static CUresult cuKernelSetCacheConfig(CUkernel kernel, CUfunc_cache config, CUdevice dev)
    {
        SoftwareDriver.Find(dev);
        return cuFuncSetCacheConfig(new CUfunction(kernel.Value), config);
    }

    public static CUresult cuFuncGetModule(CUmodule* hmod, CUfunction hfunc)
    {
        var found = HandleTable.Find<LoadedKernel>(hfunc.Value);
        if (hmod is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *hmod = new CUmodule(found.Library.Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuKernelGetName(byte** name, CUkernel hfunc)
    {
        var found = HandleTable.Find<LoadedKernel>(hfunc.Value);
        if (name is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *name = (byte*)found.NameBytes;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuFuncGetName(byte** name, CUfunction hfunc) => cuKernelGetName(name, new CUkernel(hfunc.Value));

    public static CUresult cuKernelGetParamInfo(CUkernel kernel, nuint paramIndex, nuint* paramOffset, nuint* paramSize)
    {
        var parameters = HandleTable.Find<LoadedKernel>(kernel.Value).Code.Parameters;
        if (paramOffset is null || paramIndex >= (nuint)parameters.Count)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var (offset, size) = parameters[(int)paramIndex];
        *paramOffset = (nuint)offset;
        if (paramSize is not null)
            *paramSize = (nuint)size;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuFuncGetParamInfo(CUfunction func, nuint paramIndex, nuint* paramOffset, nuint* paramSize) =>
        cuKernelGetParamInfo(new CUkernel(func.Value), paramIndex, paramOffset, paramSize);

    public static CUresult cuFuncIsLoaded(CUfunctionLoadingState* state, CUfunction function)
    {
        HandleTable.Find<LoadedKernel>(function.Value);
        if (state is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *state = CUfunctionLoadingState.CU_FUNCTION_LOADING_STATE_LOADED;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuFuncLoad(CUfunction function)
    {
        HandleTable.Find<LoadedKernel>(function.Value);
        return CUresult.CUDA_SUCCESS;
    }
}
