namespace CudaKernels;

/// <summary>The element types that tensors and kernels know, as a run-time value.</summary>
public enum ElementKind
{
    /// <summary>IEEE binary32: C# <see cref="float"/>, CUDA <c>float</c>.</summary>
    Float32,
    /// <summary>IEEE binary64: C# <see cref="double"/>, CUDA <c>double</c>.</summary>
    Float64,
    /// <summary>IEEE binary16: C# <see cref="Half"/>, <c>f16</c> in the kernels.</summary>
    Float16,
    /// <summary>bfloat16: C# <see cref="CudaKernels.BFloat16"/>, <c>bf16</c> in the kernels.</summary>
    BFloat16,
    /// <summary>Signed 8-bit integer, <c>i8</c> in the kernels.</summary>
    Int8,
    /// <summary>Unsigned 8-bit integer, <c>u8</c> in the kernels.</summary>
    UInt8,
    /// <summary>Signed 32-bit integer, <c>i32</c> in the kernels.</summary>
    Int32,
    /// <summary>Signed 64-bit integer, <c>i64</c> in the kernels.</summary>
    Int64,
    /// <summary>A mask: C# <see cref="bool"/>, CUDA <c>bool</c>, one byte, 0 or 1.</summary>
    Boolean,
    /// <summary>OCP E4M3, largest 448 and no infinities: C# <see cref="CudaKernels.Float8E4M3"/>, <c>e4m3</c> in the kernels.</summary>
    Float8E4M3,
    /// <summary>OCP E5M2, largest 57344: C# <see cref="CudaKernels.Float8E5M2"/>, <c>e5m2</c> in the kernels.</summary>
    Float8E5M2,
}
