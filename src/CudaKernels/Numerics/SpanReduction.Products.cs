using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

internal static unsafe partial class SpanReduction
{
    /// <summary>The product of float, Half or BFloat16 in double; 1 for none.</summary>
    [SkipLocalsInit]
    public static double ProductOf<T>(T* x, nint count) where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return ProductOf((float*)x, count);
        }

        var room = stackalloc float[WideningBlock + StackRoom.Spare<float>()];
        var wide = StackRoom.Align(room);
        var product = 1.0;
        for (nint start = 0; start < count; start += WideningBlock)
        {
            var length = (int)Math.Min(WideningBlock, count - start);
            BlockConversion.Widen(new ReadOnlySpan<T>(x + start, length), new Span<float>(wide, length));
            product *= ProductOf(wide, length);
        }

        return product;
    }

    /// <summary>The product of floats in double: 32 products of each thirty-second element, then of all; 1 for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double ProductOf(float* x, nint count)
    {
        Vector512<double> a = Vector512<double>.One, b = a, c = a, d = a;
        nint i = 0;
        for (; i <= count - 32; i += 32)
        {
            var (first, second) = Vector512.Widen(Vector512.Load(x + i));
            var (third, fourth) = Vector512.Widen(Vector512.Load(x + i + 16));
            a *= first;
            b *= second;
            c *= third;
            d *= fourth;
        }

        var all = a * b * (c * d);
        var result = 1.0;
        for (var lane = 0; lane < Vector512<double>.Count; lane++)
        {
            result *= all[lane];
        }

        for (; i < count; i++)
        {
            result *= x[i];
        }

        return result;
    }
}
