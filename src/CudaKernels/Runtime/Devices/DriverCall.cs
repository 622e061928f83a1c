using System.Runtime.CompilerServices;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>Checks driver calls made before there is a device object.</summary>
internal static class DriverCall
{
    public static void Check(CUresult result, [InterpolatedStringHandlerArgument(nameof(result))] ref CallText call)
    {
        if (result != CUresult.CUDA_SUCCESS)
            throw new CudaException(result, ErrorExplanation.Describe(result, call.Finish()));
    }
}
