namespace CudaKernels;

/// <summary>Which elements of 8-bit floats have a scale in common. A block at an edge has what is left.</summary>
public enum BlockScaling
{
    /// <summary>128 neighbours along the last dimension, as activations are scaled: a tensor […, k] has scales […, ⌈k/128⌉].</summary>
    Block1x128,
    /// <summary>128 rows by 128 columns of a matrix, as weights are scaled: one of [n, k] has scales [⌈n/128⌉, ⌈k/128⌉].</summary>
    Block128x128,
}
