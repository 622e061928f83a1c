namespace CudaKernels;

/// <summary>Which implementation computes an attention or its gradients on a CUDA device.</summary>
public enum AttentionAlgorithm
{
    /// <summary>
    /// On a GPU <see cref="Wgmma"/> where it exists (not over pages) and a sequence may have 64 queries or more; else, and on the software device,
    /// <see cref="Flash"/> where it exists (8-bit floats have none), else <see cref="Plain"/>.
    /// </summary>
    Auto,
    /// <summary>A warp for each row on the ordinary arithmetic units, for every element type and width.</summary>
    Plain,
    /// <summary>
    /// Tensor cores, for Half and BFloat16 with equal widths of 64, 128 or 256 on devices of compute capability 8.0 and above.
    /// Weights, and the slopes of the gradients, are rounded to the element type before they are summed: a weight of Half below 2⁻⁴⁰ of its row's
    /// largest, in the gradients of its row's sum, counts as 0, as does a slope up to 2⁻²⁵; a slope beyond the range of Half is infinite.
    /// </summary>
    Flash,
    /// <summary>
    /// The tensor cores of compute capability 9.0, by wgmma and TMA: what <see cref="Flash"/> computes, rounded as there, of tensors that start at multiples
    /// of 16 bytes, gradients too. Rows whose sums come to infinities or NaN are made again as by <see cref="Plain"/>, so that many of them are slow.
    /// Of 8-bit floats weights are rounded to E4M3, four bits of them: one up to 2⁻¹⁸ of the largest of its row (of the tiles of 128 keys up to its own)
    /// counts as 0. Of their sums these tensor cores keep about 14 bits: in the scores, and over a tile of values; with 256 columns over all of them.
    /// </summary>
    Wgmma,
}
