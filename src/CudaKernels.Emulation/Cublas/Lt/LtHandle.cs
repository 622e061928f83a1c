using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>A cuBLASLt handle. It holds nothing but its context: the stream is an argument of each call.</summary>
internal sealed class LtHandle(SoftwareContext context) : DriverObject
{
    public SoftwareContext Context { get; } = context;

    public override string Noun => "cuBLASLt handle";

    public static LtHandle Find(cublasLtHandle_t handle) =>
        handle.Value == 0 ? throw new BlasError(cublasStatus_t.CUBLAS_STATUS_NOT_INITIALIZED) : HandleTable.Find<LtHandle>(handle.Value);
}
