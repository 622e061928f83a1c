using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>A call into cuBLAS failed.</summary>
public class CublasException : CudaException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="status">cuBLAS's own code.</param>
    /// <param name="message">The whole text.</param>
    public CublasException(cublasStatus_t status, string message)
        : base(CodeOf(status), message) => Status = status;

    /// <summary>cuBLAS's own code.</summary>
    public cublasStatus_t Status { get; }

    internal static CublasException Describe(cublasStatus_t status, string call) =>
        new(status, $"{call} failed: {(Enum.IsDefined(status) ? status.ToString() : "an unknown code")} ({(int)status}): {Explain(status)}");

    private static string Explain(cublasStatus_t status) => status switch
    {
        cublasStatus_t.CUBLAS_STATUS_NOT_INITIALIZED => "cuBLAS could not be initialised on this device, for lack of memory or because the driver is too old for it.",
        cublasStatus_t.CUBLAS_STATUS_ALLOC_FAILED => "cuBLAS could not allocate memory.",
        cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE => "a size, stride or type is not valid.",
        cublasStatus_t.CUBLAS_STATUS_ARCH_MISMATCH => "this GPU lacks what the operation needs.",
        cublasStatus_t.CUBLAS_STATUS_EXECUTION_FAILED => "the kernel could not be launched or failed; an earlier error of the context may be the cause.",
        cublasStatus_t.CUBLAS_STATUS_NOT_SUPPORTED => "cuBLAS has no kernel for this combination of types and sizes.",
        _ => "see the documentation of cuBLAS for this code.",
    };

    private static CUresult CodeOf(cublasStatus_t status) => status switch
    {
        cublasStatus_t.CUBLAS_STATUS_ALLOC_FAILED => CUresult.CUDA_ERROR_OUT_OF_MEMORY,
        cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE => CUresult.CUDA_ERROR_INVALID_VALUE,
        cublasStatus_t.CUBLAS_STATUS_NOT_SUPPORTED or cublasStatus_t.CUBLAS_STATUS_ARCH_MISMATCH => CUresult.CUDA_ERROR_NOT_SUPPORTED,
        cublasStatus_t.CUBLAS_STATUS_EXECUTION_FAILED => CUresult.CUDA_ERROR_UNKNOWN,
        cublasStatus_t.CUBLAS_STATUS_NOT_INITIALIZED => CUresult.CUDA_ERROR_NOT_INITIALIZED,
        _ => CUresult.CUDA_ERROR_UNKNOWN,
    };
}
