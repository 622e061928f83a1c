namespace CudaKernels;

/// <summary>Which implementation computes a quantised matrix product on a CUDA device.</summary>
public enum QuantizedMatMulAlgorithm
{
    /// <summary>
    /// For matrices of 16 rows, columns and steps at least on a GPU: <see cref="Wgmma"/> on compute capability 9.0, else <see cref="TensorCore"/> from compute capability 8.0
    /// (8.9 for 8-bit floats) on. Everything else, and everything on the software device, is <see cref="Simt"/>.
    /// </summary>
    Auto,
    /// <summary>The ordinary arithmetic units.</summary>
    Simt,
    /// <summary>
    /// Tensor cores; compute capability 8.0 and above, 8.9 for 8-bit floats. Fastest where k is a multiple of 16. Of the sums of 8-bit floats tensor cores may keep fewer
    /// bits than a float has, whatever k is: about 14 on compute capability 9.0.
    /// </summary>
    TensorCore,
    /// <summary>
    /// The tensor cores of compute capability 9.0, by wgmma and TMA. Where k is no multiple of 16, and for products of nothing, <see cref="TensorCore"/> takes over.
    /// Of the sums of 8-bit floats these tensor cores keep about 14 bits; 128 products each are summed there and the rest in float, so that the
    /// error, relative to the magnitudes that are summed, does not grow with k.
    /// </summary>
    Wgmma,
}
