namespace CudaKernels;

/// <summary>Which implementation computes an attention on a CUDA device.</summary>
public enum AttentionAlgorithm
{
    /// <summary><see cref="Flash"/> where it exists, else <see cref="Plain"/>.</summary>
    Auto,
    /// <summary>A warp for each query on the ordinary arithmetic units, for every element type and width.</summary>
    Plain,
    /// <summary>
    /// Tensor cores, for Half and BFloat16 with equal widths of 64, 128 or 256 on devices of compute capability 8.0 and above. Weights are rounded to
    /// the element type before they meet the values: one of Half that is below 2⁻⁴⁰ of its row's largest counts as 0.
    /// </summary>
    Flash,
}
