using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>What every entry of the software cuBLAS does before and after its work.</summary>
internal static class BlasCall
{
    [ThreadStatic]
    private static string? t_name;

    public static void Begin(string name)
    {
        SoftwareCall.Begin(name);
        t_name = name;
    }

    /// <summary>Ends a call that failed.</summary>
    public static cublasStatus_t Caught(Exception failure)
    {
        switch (failure)
        {
            case BlasError error:
                return error.Status;
            case DriverError { Code: CUresult.CUDA_ERROR_OUT_OF_MEMORY } or OutOfMemoryException:
                return cublasStatus_t.CUBLAS_STATUS_ALLOC_FAILED;
            case DriverError { Code: CUresult.CUDA_ERROR_INVALID_HANDLE or CUresult.CUDA_ERROR_INVALID_CONTEXT }:
                return cublasStatus_t.CUBLAS_STATUS_NOT_INITIALIZED;
            case DriverError { Code: CUresult.CUDA_ERROR_INVALID_VALUE }:
                return cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE;
            case DriverError:
                return cublasStatus_t.CUBLAS_STATUS_EXECUTION_FAILED;
            default:
                SoftwareDriver.ReportInternal(ContextStack.Current?.Device, new EmulationReport("internal", failure.ToString()) { Function = t_name });
                return cublasStatus_t.CUBLAS_STATUS_INTERNAL_ERROR;
        }
    }

    /// <summary>Ends a call that gives a text and failed.</summary>
    public static unsafe byte* CaughtText(Exception failure) => (byte*)NativeText.Keep(Caught(failure).ToString());

    /// <summary>Ends a call that gives a number and failed.</summary>
    public static nuint CaughtCount(Exception failure)
    {
        Caught(failure);
        return 0;
    }
}
