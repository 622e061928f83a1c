namespace CudaKernels;

/// <summary>How much the L2 cache fetches from memory when a tile misses it.</summary>
public enum TensorMapL2Promotion
{
    /// <summary>What the access needs.</summary>
    None = 0,
    /// <summary>64 bytes.</summary>
    Bytes64 = 1,
    /// <summary>128 bytes.</summary>
    Bytes128 = 2,
    /// <summary>256 bytes.</summary>
    Bytes256 = 3,
}
