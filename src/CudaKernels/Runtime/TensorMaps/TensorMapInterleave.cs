namespace CudaKernels;

/// <summary>Whether channels lie in slices, as in NC/8HWC8.</summary>
public enum TensorMapInterleave
{
    /// <summary>No slices.</summary>
    None = 0,
    /// <summary>Slices of 16 bytes.</summary>
    Bytes16 = 1,
    /// <summary>Slices of 32 bytes; needs <see cref="TensorMapSwizzle.Bytes32"/>.</summary>
    Bytes32 = 2,
}
