using CudaKernels.Interop;
using static CudaKernels.Interop.cublasLtMatmulDescAttributes_t;
using static CudaKernels.Interop.cublasLtMatmulMatrixScale_t;

namespace CudaKernels.Emulation;

/// <summary>A matrix product as the descriptors of cuBLASLt tell it, without its operands: D = alpha * op(A) * op(B) + beta * C.</summary>
internal readonly record struct LtProduct
{
    /// <summary>The elements along k, and along the other side of a block, that share a scale.</summary>
    public const int BlockLength = 128;

    // The scales of a column of blocks of 128x128 begin at multiples of so many.
    private const long BlockColumn = 4;

    public required LtMatrix A { get; init; }

    public required LtMatrix B { get; init; }

    public required LtMatrix C { get; init; }

    public required LtMatrix D { get; init; }

    public required bool TransposeA { get; init; }

    public required bool TransposeB { get; init; }

    public required cublasComputeType_t Compute { get; init; }

    /// <summary>The type that alpha and beta are given in.</summary>
    public required cudaDataType ScaleType { get; init; }

    public required cublasLtPointerMode_t PointerMode { get; init; }

    public required cublasLtMatmulMatrixScale_t ModeA { get; init; }

    public required cublasLtMatmulMatrixScale_t ModeB { get; init; }

    /// <summary>Where the scales of A lie; 0 for a scale of 1.</summary>
    public required nuint ScalesA { get; init; }

    public required nuint ScalesB { get; init; }

    public long M => D.Rows;

    public long N => D.Columns;

    public long K => TransposeA ? A.Rows : A.Columns;

    public bool IsScaledByBlocks => ModeA != CUBLASLT_MATMUL_MATRIX_SCALE_SCALAR_32F || ModeB != CUBLASLT_MATMUL_MATRIX_SCALE_SCALAR_32F;

    /// <summary>What an algorithm is found for: the scales' addresses do not belong to it.</summary>
    public ulong Configuration => (ulong)(this with { ScalesA = 0, ScalesB = 0 }).GetHashCode();

    /// <summary>How many parts of 128 there are in a length.</summary>
    public static long Blocks(long length) => (length + BlockLength - 1) / BlockLength;

    /// <summary>The scales from one column of blocks of 128x128 to the next.</summary>
    public static long BlockLeading(long k) => (Blocks(k) + BlockColumn - 1) / BlockColumn * BlockColumn;

    /// <summary>How many scales a matrix has: one for all; one for each 128 elements along k of a row of op(A) or a column of op(B); or one for each block.</summary>
    public static long ScaleCount(cublasLtMatmulMatrixScale_t mode, long k, long outer) => mode switch
    {
        CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F => Blocks(k) * outer,
        CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F => BlockLeading(k) * Blocks(outer),
        _ => 1,
    };

    /// <summary>Reads the descriptors.</summary>
    /// <exception cref="BlasError">One of them is none, or they do not go together.</exception>
    public static LtProduct Read(cublasLtMatmulDesc_t operation, cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b, cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d)
    {
        var found = LtDescriptor.Find(operation.Value, LtAttributes.Matmul);
        var product = new LtProduct
        {
            A = LtMatrix.Read(a),
            B = LtMatrix.Read(b),
            C = LtMatrix.Read(c),
            D = LtMatrix.Read(d),
            TransposeA = IsTransposed(found.Value((int)CUBLASLT_MATMUL_DESC_TRANSA)),
            TransposeB = IsTransposed(found.Value((int)CUBLASLT_MATMUL_DESC_TRANSB)),
            Compute = (cublasComputeType_t)found.Value((int)CUBLASLT_MATMUL_DESC_COMPUTE_TYPE),
            ScaleType = (cudaDataType)found.Value((int)CUBLASLT_MATMUL_DESC_SCALE_TYPE),
            PointerMode = (cublasLtPointerMode_t)found.Value((int)CUBLASLT_MATMUL_DESC_POINTER_MODE),
            ModeA = (cublasLtMatmulMatrixScale_t)found.Value((int)CUBLASLT_MATMUL_DESC_A_SCALE_MODE),
            ModeB = (cublasLtMatmulMatrixScale_t)found.Value((int)CUBLASLT_MATMUL_DESC_B_SCALE_MODE),
            ScalesA = (nuint)found.Value((int)CUBLASLT_MATMUL_DESC_A_SCALE_POINTER),
            ScalesB = (nuint)found.Value((int)CUBLASLT_MATMUL_DESC_B_SCALE_POINTER),
        };
        var (bRows, bColumns) = product.TransposeB ? (product.B.Columns, product.B.Rows) : (product.B.Rows, product.B.Columns);
        var aRows = product.TransposeA ? product.A.Columns : product.A.Rows;
        if ((aRows, bRows, bColumns) != (product.M, product.K, product.N) || (product.C.Rows, product.C.Columns) != (product.M, product.N))
            throw new BlasError(cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE);
        return found.IsDefaultBut(LtAttributes.Heeded) ? product : throw new BlasError(cublasStatus_t.CUBLAS_STATUS_NOT_SUPPORTED);
    }

    // Of real matrices the conjugate transpose is the transpose.
    private static bool IsTransposed(ulong operation) => (cublasOperation_t)operation switch
    {
        cublasOperation_t.CUBLAS_OP_N => false,
        cublasOperation_t.CUBLAS_OP_T or cublasOperation_t.CUBLAS_OP_C => true,
        _ => throw new BlasError(cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE),
    };
}
