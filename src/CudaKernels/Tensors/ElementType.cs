using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>What the library knows of element type <typeparamref name="T"/>: its kind, its spelling in kernels, its size.</summary>
/// <typeparam name="T">One of float, double, <see cref="Half"/>, <see cref="BFloat16"/>, sbyte, byte, int, long, bool, <see cref="Float8E4M3"/>, <see cref="Float8E5M2"/>.</typeparam>
public static class ElementType<T> where T : unmanaged
{
    private static readonly ElementKind? s_kind = ElementTypes.TryGetKind(typeof(T), out var kind) ? kind : null;

    /// <summary>Whether tensors of <typeparamref name="T"/> are supported.</summary>
    public static bool IsSupported => s_kind is not null;

    /// <summary>The kind of <typeparamref name="T"/>.</summary>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is not an element type.</exception>
    public static ElementKind Kind => s_kind
        ?? throw new NotSupportedException($"{typeof(T)} is not a tensor element type; supported are float, double, Half, BFloat16, sbyte, byte, int, long, bool, Float8E4M3 and Float8E5M2.");

    /// <summary>The spelling of <typeparamref name="T"/> in the kernels' name expressions, such as <c>float</c> or <c>bf16</c>.</summary>
    public static string CudaName => ElementTypes.CudaName(Kind);

    /// <summary>Bytes per element.</summary>
    public static int Size => Unsafe.SizeOf<T>();
}

/// <summary>Run-time facts about element kinds, and the one place where a kind becomes a type argument.</summary>
public static class ElementTypes
{
    /// <summary>float, double, Half and BFloat16: what exp, softmax and the norms take.</summary>
    public static IReadOnlyList<ElementKind> Floating { get; } = [ElementKind.Float32, ElementKind.Float64, ElementKind.Float16, ElementKind.BFloat16];

    /// <summary>sbyte, byte, int and long: what shifts and bitwise logic take.</summary>
    public static IReadOnlyList<ElementKind> Integers { get; } = [ElementKind.Int8, ElementKind.UInt8, ElementKind.Int32, ElementKind.Int64];

    /// <summary>The floating kinds and the integers: what arithmetic takes.</summary>
    public static IReadOnlyList<ElementKind> Numeric { get; } = [.. Floating, .. Integers];

    /// <summary>Float8E4M3 and Float8E5M2: what is stored and converted, and what no arithmetic takes.</summary>
    public static IReadOnlyList<ElementKind> Float8 { get; } = [ElementKind.Float8E4M3, ElementKind.Float8E5M2];

    /// <summary>Every kind, masks and 8-bit floats included: what fill, copy and cast take.</summary>
    public static IReadOnlyList<ElementKind> All { get; } = [.. Numeric, ElementKind.Boolean, .. Float8];

    /// <summary>Whether elements of a kind are floating-point numbers of any width: those of <see cref="Floating"/> and of <see cref="Float8"/>.</summary>
    public static bool IsFloatingPoint(ElementKind kind) => Floating.Contains(kind) || Float8.Contains(kind);

    /// <summary>The spelling of a kind in the kernels.</summary>
    public static string CudaName(ElementKind kind) => kind switch
    {
        ElementKind.Float32 => "float",
        ElementKind.Float64 => "double",
        ElementKind.Float16 => "f16",
        ElementKind.BFloat16 => "bf16",
        ElementKind.Int8 => "i8",
        ElementKind.UInt8 => "u8",
        ElementKind.Int32 => "i32",
        ElementKind.Int64 => "i64",
        ElementKind.Boolean => "bool",
        ElementKind.Float8E4M3 => "e4m3",
        ElementKind.Float8E5M2 => "e5m2",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not an element kind"),
    };

    /// <summary>The short name used by the command line and the tables: f32, f64, f16, bf16, i8, u8, i32, i64, bool, f8e4m3, f8e5m2.</summary>
    public static string ShortName(ElementKind kind) => kind switch
    {
        ElementKind.Float32 => "f32",
        ElementKind.Float64 => "f64",
        ElementKind.Float8E4M3 or ElementKind.Float8E5M2 => "f8" + CudaName(kind),
        _ => CudaName(kind),
    };

    /// <summary>Bytes per element of a kind.</summary>
    public static int Size(ElementKind kind) => kind switch
    {
        ElementKind.Float64 or ElementKind.Int64 => 8,
        ElementKind.Float32 or ElementKind.Int32 => 4,
        ElementKind.Float16 or ElementKind.BFloat16 => 2,
        ElementKind.Int8 or ElementKind.UInt8 or ElementKind.Boolean or ElementKind.Float8E4M3 or ElementKind.Float8E5M2 => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not an element kind"),
    };

    /// <summary>Calls <paramref name="visitor"/> with the C# type of <paramref name="kind"/>: the one run-time type dispatch of the library.</summary>
    public static TResult Dispatch<TResult>(ElementKind kind, IElementVisitor<TResult> visitor) => kind switch
    {
        ElementKind.Float32 => visitor.Visit<float>(),
        ElementKind.Float64 => visitor.Visit<double>(),
        ElementKind.Float16 => visitor.Visit<Half>(),
        ElementKind.BFloat16 => visitor.Visit<BFloat16>(),
        ElementKind.Int8 => visitor.Visit<sbyte>(),
        ElementKind.UInt8 => visitor.Visit<byte>(),
        ElementKind.Int32 => visitor.Visit<int>(),
        ElementKind.Int64 => visitor.Visit<long>(),
        ElementKind.Boolean => visitor.Visit<bool>(),
        ElementKind.Float8E4M3 => visitor.Visit<Float8E4M3>(),
        ElementKind.Float8E5M2 => visitor.Visit<Float8E5M2>(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not an element kind"),
    };

    internal static bool TryGetKind(Type type, out ElementKind kind)
    {
        (var known, kind) = type switch
        {
            _ when type == typeof(float) => (true, ElementKind.Float32),
            _ when type == typeof(double) => (true, ElementKind.Float64),
            _ when type == typeof(Half) => (true, ElementKind.Float16),
            _ when type == typeof(BFloat16) => (true, ElementKind.BFloat16),
            _ when type == typeof(sbyte) => (true, ElementKind.Int8),
            _ when type == typeof(byte) => (true, ElementKind.UInt8),
            _ when type == typeof(int) => (true, ElementKind.Int32),
            _ when type == typeof(long) => (true, ElementKind.Int64),
            _ when type == typeof(bool) => (true, ElementKind.Boolean),
            _ when type == typeof(Float8E4M3) => (true, ElementKind.Float8E4M3),
            _ when type == typeof(Float8E5M2) => (true, ElementKind.Float8E5M2),
            _ => (false, default),
        };
        return known;
    }
}

/// <summary>A generic action that <see cref="ElementTypes.Dispatch{TResult}"/> calls with the C# type of a kind.</summary>
/// <typeparam name="TResult">What the visit gives back.</typeparam>
public interface IElementVisitor<out TResult>
{
    /// <summary>Runs with <typeparamref name="T"/> as the element type.</summary>
    TResult Visit<T>() where T : unmanaged;
}
