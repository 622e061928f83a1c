namespace CudaKernels;

/// <summary>What a tensor map says of its elements; the values are the driver's.</summary>
public enum TensorMapElement
{
    /// <summary>One byte: 8-bit integers, masks, and both 8-bit floating-point types.</summary>
    UInt8 = 0,
    /// <summary>An unsigned 16-bit integer.</summary>
    UInt16 = 1,
    /// <summary>An unsigned 32-bit integer.</summary>
    UInt32 = 2,
    /// <summary>A signed 32-bit integer.</summary>
    Int32 = 3,
    /// <summary>An unsigned 64-bit integer.</summary>
    UInt64 = 4,
    /// <summary>A signed 64-bit integer.</summary>
    Int64 = 5,
    /// <summary>IEEE binary16.</summary>
    Float16 = 6,
    /// <summary>IEEE binary32.</summary>
    Float32 = 7,
    /// <summary>IEEE binary64.</summary>
    Float64 = 8,
    /// <summary>bfloat16.</summary>
    BFloat16 = 9,
    /// <summary>IEEE binary32, subnormal numbers read as zero.</summary>
    Float32Flushed = 10,
    /// <summary>Stored as binary32, rounded to TF32 as it is read.</summary>
    TFloat32 = 11,
    /// <summary>As <see cref="TFloat32"/>, subnormal numbers read as zero.</summary>
    TFloat32Flushed = 12,
}
