namespace CudaKernels;

/// <summary>Which implementation computes a matrix product on a CUDA device.</summary>
public enum MatMulAlgorithm
{
    /// <summary>cuBLAS for floating types where it was found on a GPU, else <see cref="Simt"/>.</summary>
    Auto,
    /// <summary>The library's own kernel on the ordinary arithmetic units, for every element type.</summary>
    Simt,
    /// <summary>cuBLAS; floating types only. float is computed in full precision (no TF32).</summary>
    Cublas,
}
