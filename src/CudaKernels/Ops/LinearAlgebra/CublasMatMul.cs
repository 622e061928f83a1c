using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>Matrix products by cuBLAS. It is column-major, so C = A·B is asked for as Cᵀ = Bᵀ·Aᵀ: the operands change places.</summary>
internal static unsafe class CublasMatMul
{
    /// <summary>Whether cuBLAS, which counts in 32 bits, can be asked for a product.</summary>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    /// <param name="pitch">Elements between the rows of C.</param>
    public static bool Takes(MatrixOperand a, MatrixOperand b, nint pitch) =>
        Math.Max(Math.Max(a.Rows, a.Columns), b.Columns) <= int.MaxValue && Math.Max(Math.Max(a.LeadingDimension, b.LeadingDimension), pitch) <= int.MaxValue;

    public static void Run(
        CudaDevice device,
        MatrixOperand a,
        MatrixOperand b,
        MatrixOperand c,
        KernelArgument atA,
        KernelArgument atB,
        KernelArgument atC,
        double alpha,
        double beta,
        in MatrixBatch batch,
        CudaStream stream,
        ElementKind kind,
        MatMulPrecision precision)
    {
        var context = device.CublasFor(stream);
        var (type, compute) = kind switch
        {
            ElementKind.Float32 when precision == MatMulPrecision.Tf32 => (cudaDataType.CUDA_R_32F, cublasComputeType_t.CUBLAS_COMPUTE_32F_FAST_TF32),
            ElementKind.Float32 => (cudaDataType.CUDA_R_32F, cublasComputeType_t.CUBLAS_COMPUTE_32F),
            ElementKind.Float64 => (cudaDataType.CUDA_R_64F, cublasComputeType_t.CUBLAS_COMPUTE_64F),
            ElementKind.Float16 => (cudaDataType.CUDA_R_16F, cublasComputeType_t.CUBLAS_COMPUTE_32F),
            _ => (cudaDataType.CUDA_R_16BF, cublasComputeType_t.CUBLAS_COMPUTE_32F),
        };
        var (alphaSingle, betaSingle) = ((float)alpha, (float)beta);
        var scalars = kind == ElementKind.Float64 ? ((nint)(&alpha), (nint)(&beta)) : ((nint)(&alphaSingle), (nint)(&betaSingle));
        using var hold = new BlockHold(atA.Block!, atB.Block, atC.Block, context.Workspace);
        atA.Block!.BeforeRead(stream);
        atB.Block!.BeforeRead(stream);
        atC.Block!.BeforeWrite(stream);
        context.Workspace.BeforeWrite(stream);
        stream.Enter();
        lock (context)
        {
            var status = context.Api.cublasGemmStridedBatchedEx(
                context.Handle,
                b.IsTransposed ? cublasOperation_t.CUBLAS_OP_T : cublasOperation_t.CUBLAS_OP_N,
                a.IsTransposed ? cublasOperation_t.CUBLAS_OP_T : cublasOperation_t.CUBLAS_OP_N,
                checked((int)c.Columns),
                checked((int)c.Rows),
                checked((int)a.Columns),
                (void*)scalars.Item1,
                (void*)atB.Address,
                type,
                checked((int)b.LeadingDimension),
                batch.StepB,
                (void*)atA.Address,
                type,
                checked((int)a.LeadingDimension),
                batch.StepA,
                (void*)scalars.Item2,
                (void*)atC.Address,
                type,
                checked((int)c.LeadingDimension),
                batch.StepC,
                checked((int)batch.Count),
                compute,
                cublasGemmAlgo_t.CUBLAS_GEMM_DEFAULT);
            CublasContext.Check(status, $"cublasGemmStridedBatchedEx({c.Rows} x {c.Columns} x {a.Columns}, batch {batch.Count})");
        }
    }
}
