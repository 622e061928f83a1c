namespace CudaKernels;

/// <summary>Which implementation computes a matrix product on a CUDA device.</summary>
public enum MatMulAlgorithm
{
    /// <summary>
    /// What <see cref="MatMulTuner"/> measured to be the fastest for such a product. Else, on a GPU: cuBLAS for floating types where it was found and takes a product of this size, else by wgmma on compute capability 9.0, with the tile that an estimate of its time prefers, and <see cref="TensorCore"/> on others from 8.0 on,
    /// for Half and BFloat16 matrices of 16 rows, columns and steps at least; float matrices too where <see cref="MatMulPrecision"/> allows, those of <see cref="MatMulPrecision.Tf32x3"/> always on <see cref="TensorCore"/>. Everything else, and everything on the software device, is <see cref="Simt"/>.
    /// </summary>
    Auto,
    /// <summary>The library's own kernel on the ordinary arithmetic units, for every element type.</summary>
    Simt,
    /// <summary>cuBLAS; floating types only, and no more than 2³¹ - 1 rows, columns and elements from row to row: what is larger is refused here, and computed by the other algorithms. float is computed in full precision, unless <see cref="MatMulPrecision.Tf32"/> is allowed.</summary>
    Cublas,
    /// <summary>The library's own kernel on tensor cores; Half, BFloat16 and, with a <see cref="MatMulPrecision"/> below full, float; compute capability 8.0 and above. Fastest where the rows of A and B start at multiples of 16 bytes.</summary>
    TensorCore,
    /// <summary>
    /// The library's own kernel on the tensor cores of compute capability 9.0, by wgmma and TMA; Half, BFloat16 and, with a <see cref="MatMulPrecision"/> below full, float. Operands whose
    /// rows do not start at multiples of 16 bytes, floats in <see cref="MatMulPrecision.Tf32"/> whose neighbours along k do not stand side by side in memory (A transposed,
    /// or B not), and products of nothing, are computed by <see cref="TensorCore"/>. In <see cref="MatMulPrecision.Tf32x3"/> a first kernel leaves A and B in parts in memory,
    /// twice as large as they are, which the stream keeps; any layout will do. A <see cref="FusedMatMul{T}"/> or <see cref="GatedMatMul{T}"/> of that precision is computed by <see cref="TensorCore"/>.
    /// </summary>
    Wgmma,
    /// <summary>
    /// <see cref="Wgmma"/> by clusters of two blocks that compute tiles below each other, and of which each brings half of what both read of B: two thirds of the reads from the L2 cache. For
    /// products of more than 128 rows; of fewer, half of the blocks compute nothing.
    /// </summary>
    WgmmaCluster,
    /// <summary><see cref="Wgmma"/> with tiles of half as many columns, 128 by 128, for products that have too few of the others to fill the device.</summary>
    WgmmaNarrow,
    /// <summary>
    /// <see cref="Wgmma"/> with tiles of 128 by 128 that the two warpgroups of a block compute in turn (pingpong): while one stores its tile, the other has the tensor cores. In clusters of two
    /// blocks as <see cref="WgmmaCluster"/>, for products of more than 128 rows; worth it where k is short, so that stores are much of the work.
    /// </summary>
    WgmmaPingpong,
}
