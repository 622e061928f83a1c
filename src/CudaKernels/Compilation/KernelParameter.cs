namespace CudaKernels;

/// <summary>What kind of value a kernel parameter takes.</summary>
public enum ParameterKind
{
    /// <summary>A type that the source does not tell, such as an alias.</summary>
    Unknown,
    /// <summary>A pointer that the kernel may write through.</summary>
    Pointer,
    /// <summary>A pointer to const.</summary>
    ConstPointer,
    /// <summary>A <c>float</c>.</summary>
    Float,
    /// <summary>A <c>double</c>.</summary>
    Double,
    /// <summary>A signed integer of <see cref="KernelParameter.Size"/> bytes.</summary>
    SignedInteger,
    /// <summary>An unsigned integer, <c>bool</c> included, of <see cref="KernelParameter.Size"/> bytes.</summary>
    UnsignedInteger,
    /// <summary>A struct, class, union or enum by value, or a rarer arithmetic type; its size is known only where the compiler's own type name tells it.</summary>
    Structure,
}

/// <summary>One parameter of a kernel.</summary>
/// <param name="Kind">The kind of value.</param>
/// <param name="TypeName">The type in C++ spelling, such as <c>const float*</c> or <c>Tile&lt;float, 4&gt;</c>.</param>
/// <param name="Size">Bytes it takes; 0 when not known.</param>
/// <param name="PointeeName">What a pointer points to, without const: <c>float</c>; null for other kinds.</param>
public sealed record KernelParameter(ParameterKind Kind, string TypeName, int Size, string? PointeeName = null);
