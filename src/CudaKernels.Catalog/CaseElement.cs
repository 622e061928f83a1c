using System.Runtime.CompilerServices;

namespace CudaKernels.Catalog;

/// <summary>Elements of any kind to and from float64, for references and random inputs.</summary>
public static class CaseElement
{
    /// <summary>The value of an element; true is 1, and bytes that no mask holds are themselves.</summary>
    public static double ToDouble<T>(T value) where T : unmanaged => value switch
    {
        float single => single,
        double number => number,
        Half half => (double)half,
        BFloat16 brain => (double)(float)brain,
        sbyte small => small,
        byte small => small,
        int integer => integer,
        long integer => integer,
        bool flag => Unsafe.BitCast<bool, byte>(flag),
        Float8E4M3 tiny => (float)tiny,
        Float8E5M2 tiny => (float)tiny,
        _ => throw new NotSupportedException($"{typeof(T)} is not an element type"),
    };

    /// <summary>The element nearest to a value (16-bit and 8-bit floats through float), saturating in the integers; anything but 0 is true.</summary>
    public static T FromDouble<T>(double value) where T : unmanaged => ElementType<T>.Kind switch
    {
        ElementKind.Float32 => Unsafe.BitCast<float, T>((float)value),
        ElementKind.Float64 => Unsafe.BitCast<double, T>(value),
        ElementKind.Float16 => Unsafe.BitCast<Half, T>((Half)(float)value),
        ElementKind.BFloat16 => Unsafe.BitCast<BFloat16, T>((BFloat16)(float)value),
        ElementKind.Int8 => Unsafe.BitCast<sbyte, T>(sbyte.CreateSaturating(value)),
        ElementKind.UInt8 => Unsafe.BitCast<byte, T>(byte.CreateSaturating(value)),
        ElementKind.Int32 => Unsafe.BitCast<int, T>(int.CreateSaturating(value)),
        ElementKind.Int64 => Unsafe.BitCast<long, T>(long.CreateSaturating(value)),
        ElementKind.Float8E4M3 => Unsafe.BitCast<Float8E4M3, T>((Float8E4M3)(float)value),
        ElementKind.Float8E5M2 => Unsafe.BitCast<Float8E5M2, T>((Float8E5M2)(float)value),
        _ => Unsafe.BitCast<bool, T>(value != 0),
    };

    /// <summary>The values that need care: NaN, infinities, both zeros, the smallest subnormal and the largest number of a floating type; none for others.</summary>
    public static T[] Specials<T>() where T : unmanaged
    {
        double[] values = ElementType<T>.Kind switch
        {
            ElementKind.Float32 => [float.Epsilon, float.MaxValue],
            ElementKind.Float64 => [double.Epsilon, double.MaxValue],
            ElementKind.Float16 => [(double)Half.Epsilon, (double)Half.MaxValue],
            ElementKind.BFloat16 => [(float)BFloat16.Epsilon, (float)BFloat16.MaxValue],
            ElementKind.Float8E4M3 => [(float)Float8E4M3.Epsilon, (float)Float8E4M3.MaxValue],
            ElementKind.Float8E5M2 => [(float)Float8E5M2.Epsilon, (float)Float8E5M2.MaxValue],
            _ => [],
        };
        return values.Length == 0
            ? []
            : Array.ConvertAll([double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.0, -0.0, .. values, -values[0], -values[1]], FromDouble<T>);
    }

    /// <summary>What a float64 result becomes when it is rounded to an element: overflow to infinity, or to NaN where there is none, included.</summary>
    public static double Round<T>(double value) where T : unmanaged =>
        ElementTypes.Float8.Contains(ElementType<T>.Kind) ? Float8Reference.Of<T>().Round((float)value) : ToDouble(FromDouble<T>(value));
}
