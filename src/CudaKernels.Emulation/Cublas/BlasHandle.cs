using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>A cuBLAS handle: the stream and the modes of the calls that use it.</summary>
internal sealed class BlasHandle(SoftwareContext context) : DriverObject
{
    public SoftwareContext Context { get; } = context;

    public CUstream Stream { get; set; }

    public cublasMath_t MathMode { get; set; }

    public cublasPointerMode_t PointerMode { get; set; }

    public cublasAtomicsMode_t AtomicsMode { get; set; }

    public override string Noun => "cuBLAS handle";

    public static BlasHandle Find(cublasHandle_t handle) =>
        handle.Value == 0 ? throw new BlasError(cublasStatus_t.CUBLAS_STATUS_NOT_INITIALIZED) : HandleTable.Find<BlasHandle>(handle.Value);
}
