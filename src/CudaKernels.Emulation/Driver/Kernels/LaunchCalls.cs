using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions that launch kernels.</summary>
internal static unsafe class LaunchCalls
{
    public static CUresult cuLaunchKernel(CUfunction f, uint gridDimX, uint gridDimY, uint gridDimZ, uint blockDimX, uint blockDimY, uint blockDimZ, uint sharedMemBytes, CUstream hStream, void** kernelParams, void** extra) =>
        Launch(f, new LaunchShape(gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ, sharedMemBytes), hStream, kernelParams, extra);

    public static CUresult cuLaunchCooperativeKernel(CUfunction f, uint gridDimX, uint gridDimY, uint gridDimZ, uint blockDimX, uint blockDimY, uint blockDimZ, uint sharedMemBytes, CUstream hStream, void** kernelParams) =>
        Launch(f, new LaunchShape(gridDimX, gridDimY, gridDimZ, blockDimX, blockDimY, blockDimZ, sharedMemBytes) { IsCooperative = true }, hStream, kernelParams, null);

    public static CUresult cuLaunchKernelEx(CUlaunchConfig* config, CUfunction f, void** kernelParams, void** extra)
    {
        if (config is null || (config->numAttrs > 0 && config->attrs is null))
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        return Launch(f, LaunchShape.From(config), config->hStream, kernelParams, extra);
    }

    private static CUresult Launch(CUfunction function, in LaunchShape asked, CUstream hStream, void** kernelParams, void** extra)
    {
        var stream = StreamSubmission.Resolve(hStream);
        var kernel = HandleTable.Find<LoadedKernel>(function.Value);
        var shape = asked.Of(kernel);
        LaunchLimits.Check(stream.Device, kernel, shape);
        var operation = stream.NewOperation(stream.Device.Operations.Kernels);
        operation.Set(kernel, shape, kernelParams, extra);
        stream.Give(operation);
        return CUresult.CUDA_SUCCESS;
    }
}
