using CudaKernels.Interop;
using static CudaKernels.Interop.cublasLtMatmulDescAttributes_t;
using static CudaKernels.Interop.cublasLtMatmulPreferenceAttributes_t;
using static CudaKernels.Interop.cublasLtMatrixLayoutAttribute_t;

namespace CudaKernels.Emulation;

/// <summary>What a descriptor keeps under an attribute: its bytes, and its value when it was never set.</summary>
internal readonly record struct LtAttribute(int Size, ulong Default = 0);

/// <summary>The attributes of each kind of descriptor, as cuBLASLt 13.0 has them.</summary>
internal static class LtAttributes
{
    private const uint Unset = uint.MaxValue;

    private const uint WholeAlignment = 256;

    public static Dictionary<int, LtAttribute> Matmul { get; } = new()
    {
        [(int)CUBLASLT_MATMUL_DESC_COMPUTE_TYPE] = new(4),
        [(int)CUBLASLT_MATMUL_DESC_SCALE_TYPE] = new(4),
        [(int)CUBLASLT_MATMUL_DESC_POINTER_MODE] = new(4),
        [(int)CUBLASLT_MATMUL_DESC_TRANSA] = new(4),
        [(int)CUBLASLT_MATMUL_DESC_TRANSB] = new(4),
        [(int)CUBLASLT_MATMUL_DESC_TRANSC] = new(4),
        [(int)CUBLASLT_MATMUL_DESC_FILL_MODE] = new(4, (ulong)cublasFillMode_t.CUBLAS_FILL_MODE_FULL),
        [(int)CUBLASLT_MATMUL_DESC_EPILOGUE] = new(4, (ulong)cublasLtEpilogue_t.CUBLASLT_EPILOGUE_DEFAULT),
        [(int)CUBLASLT_MATMUL_DESC_BIAS_POINTER] = new(8),
        [(int)CUBLASLT_MATMUL_DESC_BIAS_BATCH_STRIDE] = new(8),
        [(int)CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_POINTER] = new(8),
        [(int)CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_LD] = new(8),
        [(int)CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_BATCH_STRIDE] = new(8),
        [(int)CUBLASLT_MATMUL_DESC_ALPHA_VECTOR_BATCH_STRIDE] = new(8),
        [(int)CUBLASLT_MATMUL_DESC_SM_COUNT_TARGET] = new(4),
        [(int)CUBLASLT_MATMUL_DESC_A_SCALE_POINTER] = new(8),
        [(int)CUBLASLT_MATMUL_DESC_B_SCALE_POINTER] = new(8),
        [(int)CUBLASLT_MATMUL_DESC_C_SCALE_POINTER] = new(8),
        [(int)CUBLASLT_MATMUL_DESC_D_SCALE_POINTER] = new(8),
        [(int)CUBLASLT_MATMUL_DESC_AMAX_D_POINTER] = new(8),
        [(int)CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_DATA_TYPE] = new(4, Unset),
        [(int)CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_SCALE_POINTER] = new(8),
        [(int)CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_AMAX_POINTER] = new(8),
        [(int)CUBLASLT_MATMUL_DESC_FAST_ACCUM] = new(1),
        [(int)CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE] = new(4, Unset),
        [(int)CUBLASLT_MATMUL_DESC_ATOMIC_SYNC_NUM_CHUNKS_D_ROWS] = new(4),
        [(int)CUBLASLT_MATMUL_DESC_ATOMIC_SYNC_NUM_CHUNKS_D_COLS] = new(4),
        [(int)CUBLASLT_MATMUL_DESC_ATOMIC_SYNC_IN_COUNTERS_POINTER] = new(8),
        [(int)CUBLASLT_MATMUL_DESC_ATOMIC_SYNC_OUT_COUNTERS_POINTER] = new(8),
        [(int)CUBLASLT_MATMUL_DESC_A_SCALE_MODE] = new(4),
        [(int)CUBLASLT_MATMUL_DESC_B_SCALE_MODE] = new(4),
        [(int)CUBLASLT_MATMUL_DESC_C_SCALE_MODE] = new(4),
        [(int)CUBLASLT_MATMUL_DESC_D_SCALE_MODE] = new(4),
        [(int)CUBLASLT_MATMUL_DESC_EPILOGUE_AUX_SCALE_MODE] = new(4),
        [(int)CUBLASLT_MATMUL_DESC_D_OUT_SCALE_POINTER] = new(8),
        [(int)CUBLASLT_MATMUL_DESC_D_OUT_SCALE_MODE] = new(4),
        [(int)CUBLASLT_MATMUL_DESC_EMULATION_DESCRIPTOR] = new(8),
    };

    /// <summary>What a product here heeds, or may ignore. One that sets anything else is not supported.</summary>
    public static HashSet<int> Heeded { get; } =
    [
        (int)CUBLASLT_MATMUL_DESC_COMPUTE_TYPE,
        (int)CUBLASLT_MATMUL_DESC_SCALE_TYPE,
        (int)CUBLASLT_MATMUL_DESC_POINTER_MODE,
        (int)CUBLASLT_MATMUL_DESC_TRANSA,
        (int)CUBLASLT_MATMUL_DESC_TRANSB,
        (int)CUBLASLT_MATMUL_DESC_SM_COUNT_TARGET,
        (int)CUBLASLT_MATMUL_DESC_FAST_ACCUM,
        (int)CUBLASLT_MATMUL_DESC_A_SCALE_POINTER,
        (int)CUBLASLT_MATMUL_DESC_B_SCALE_POINTER,
        (int)CUBLASLT_MATMUL_DESC_A_SCALE_MODE,
        (int)CUBLASLT_MATMUL_DESC_B_SCALE_MODE,
    ];

    public static Dictionary<int, LtAttribute> Layout { get; } = new()
    {
        [(int)CUBLASLT_MATRIX_LAYOUT_TYPE] = new(4),
        [(int)CUBLASLT_MATRIX_LAYOUT_ORDER] = new(4),
        [(int)CUBLASLT_MATRIX_LAYOUT_ROWS] = new(8),
        [(int)CUBLASLT_MATRIX_LAYOUT_COLS] = new(8),
        [(int)CUBLASLT_MATRIX_LAYOUT_LD] = new(8),
        [(int)CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT] = new(4, 1),
        [(int)CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET] = new(8),
        [(int)CUBLASLT_MATRIX_LAYOUT_PLANE_OFFSET] = new(8),
        [(int)CUBLASLT_MATRIX_LAYOUT_BATCH_MODE] = new(4),
    };

    public static Dictionary<int, LtAttribute> Preference { get; } = new()
    {
        [(int)CUBLASLT_MATMUL_PREF_SEARCH_MODE] = new(4),
        [(int)CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES] = new(8),
        [(int)CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK] = new(4, (ulong)cublasLtReductionScheme_t.CUBLASLT_REDUCTION_SCHEME_MASK),
        [(int)CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES] = new(4, WholeAlignment),
        [(int)CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES] = new(4, WholeAlignment),
        [(int)CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES] = new(4, WholeAlignment),
        [(int)CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES] = new(4, WholeAlignment),
        [(int)CUBLASLT_MATMUL_PREF_MAX_WAVES_COUNT] = new(4),
        [(int)CUBLASLT_MATMUL_PREF_IMPL_MASK] = new(8, ulong.MaxValue),
    };
}
