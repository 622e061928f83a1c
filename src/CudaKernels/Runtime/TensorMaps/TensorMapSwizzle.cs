namespace CudaKernels;

/// <summary>How the 16-byte chunks of a tile's rows are exchanged in shared memory, so that columns of chunks fall into different banks. The values are the driver's, not those of a matrix descriptor.</summary>
public enum TensorMapSwizzle
{
    /// <summary>Rows stand as they are.</summary>
    None = 0,
    /// <summary>Rows of at most 32 bytes: address bit 4 is exchanged by bit 7.</summary>
    Bytes32 = 1,
    /// <summary>Rows of at most 64 bytes: address bits 4 and 5 are exchanged by bits 7 and 8.</summary>
    Bytes64 = 2,
    /// <summary>Rows of at most 128 bytes: address bits 4 to 6 are exchanged by bits 7 to 9.</summary>
    Bytes128 = 3,
}
