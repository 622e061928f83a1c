using CudaKernels.Interop;
using static CudaKernels.Interop.cublasLtMatrixLayoutAttribute_t;

namespace CudaKernels.Emulation;

/// <summary>A matrix as its layout describes it: columns side by side.</summary>
/// <param name="Type">The type of its elements.</param>
/// <param name="Rows">Its rows as it is stored.</param>
/// <param name="Columns">Its columns as it is stored.</param>
/// <param name="Leading">The elements from a column to the next.</param>
internal readonly record struct LtMatrix(cudaDataType Type, long Rows, long Columns, long Leading)
{
    /// <summary>The bytes of an element.</summary>
    public int Size => Type switch
    {
        cudaDataType.CUDA_R_8F_E4M3 or cudaDataType.CUDA_R_8F_E5M2 => 1,
        _ => GemmProduct.SizeOf(Type),
    };

    public bool IsFloat8 => Type is cudaDataType.CUDA_R_8F_E4M3 or cudaDataType.CUDA_R_8F_E5M2;

    /// <summary>The bytes from the first element to the last.</summary>
    public nuint Extent => GemmProduct.Extent(Rows, Columns, Leading, stride: 0, batch: 1, Size);

    /// <summary>Reads a layout.</summary>
    /// <exception cref="BlasError">It is none, its columns overlap, or it has an order or a batch that is not here.</exception>
    public static LtMatrix Read(cublasLtMatrixLayout_t layout)
    {
        var found = LtDescriptor.Find(layout.Value, LtAttributes.Layout);
        var matrix = new LtMatrix(
            (cudaDataType)found.Value((int)CUBLASLT_MATRIX_LAYOUT_TYPE),
            (long)found.Value((int)CUBLASLT_MATRIX_LAYOUT_ROWS),
            (long)found.Value((int)CUBLASLT_MATRIX_LAYOUT_COLS),
            (long)found.Value((int)CUBLASLT_MATRIX_LAYOUT_LD));
        if (matrix.Rows < 1 || matrix.Columns < 1)
            throw new BlasError(cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE);
        if (found.Value((int)CUBLASLT_MATRIX_LAYOUT_ORDER) != (ulong)cublasLtOrder_t.CUBLASLT_ORDER_COL
            || found.Value((int)CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT) != 1
            || found.Value((int)CUBLASLT_MATRIX_LAYOUT_PLANE_OFFSET) != 0
            || found.Value((int)CUBLASLT_MATRIX_LAYOUT_BATCH_MODE) != 0)
            throw new BlasError(cublasStatus_t.CUBLAS_STATUS_NOT_SUPPORTED);
        return matrix.Leading < matrix.Rows ? throw new BlasError(cublasStatus_t.CUBLAS_STATUS_INVALID_VALUE) : matrix;
    }
}
