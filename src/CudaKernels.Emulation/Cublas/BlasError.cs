using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>Ends a call of the software cuBLAS with a status. It never leaves it.</summary>
internal sealed class BlasError(cublasStatus_t status) : Exception(status.ToString())
{
    public cublasStatus_t Status { get; } = status;
}
