using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

internal static partial class SpanReduction
{
    /// <summary>The largest element; NaN when any is NaN, +0 above -0; when empty -inf, or the smallest value of an integer type.</summary>
    /// <typeparam name="T">float, double, Half, BFloat16 or a primitive integer.</typeparam>
    public static T Max<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        if (!Vector512<T>.IsSupported) return InSingle<T, Largest>(x);
        return Extreme<T, Largest>(x, T.CreateSaturating(double.NegativeInfinity));
    }

    /// <summary>The smallest element; NaN when any is NaN, -0 below +0; when empty +inf, or the largest value of an integer type.</summary>
    /// <inheritdoc cref="Max{T}"/>
    public static T Min<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        if (!Vector512<T>.IsSupported) return InSingle<T, Smallest>(x);
        return Extreme<T, Smallest>(x, T.CreateSaturating(double.PositiveInfinity));
    }

    /// <summary>The largest element where none is NaN, else any number or NaN; when empty -inf. Several times as fast as <see cref="Max{T}"/>.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    public static T MaxOfNumbers<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => Extreme<T, LargestNumber>(x, T.CreateSaturating(double.NegativeInfinity));

    private interface IChoice
    {
        static abstract float Empty { get; }
        static abstract Vector512<T> Choose<T>(Vector512<T> x, Vector512<T> y);
        static abstract T Choose<T>(T x, T y) where T : INumber<T>;
    }

    private readonly struct Largest : IChoice
    {
        public static float Empty => float.NegativeInfinity;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Choose<T>(Vector512<T> x, Vector512<T> y) => Vector512.Max(x, y);
        public static T Choose<T>(T x, T y) where T : INumber<T> => T.Max(x, y);
    }

    private readonly struct LargestNumber : IChoice
    {
        public static float Empty => float.NegativeInfinity;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Choose<T>(Vector512<T> x, Vector512<T> y) => Vector512.MaxNative(x, y);
        public static T Choose<T>(T x, T y) where T : INumber<T> => x > y ? x : y;
    }

    private readonly struct Smallest : IChoice
    {
        public static float Empty => float.PositiveInfinity;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Choose<T>(Vector512<T> x, Vector512<T> y) => Vector512.Min(x, y);
        public static T Choose<T>(T x, T y) where T : INumber<T> => T.Min(x, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static T Extreme<T, TChoice>(ReadOnlySpan<T> x, T empty) where T : unmanaged, INumber<T> where TChoice : struct, IChoice
    {
        ref T from = ref MemoryMarshal.GetReference(x);
        int width = Vector512<T>.Count, i = 0;
        T result = empty;
        if (x.Length >= 4 * width)
        {
            var best0 = Vector512.Create(empty);
            var (best1, best2, best3) = (best0, best0, best0);
            for (; i <= x.Length - 4 * width; i += 4 * width)
            {
                MemoryPrefetch.Ahead(ref from, i, 256);
                best0 = TChoice.Choose(best0, Vector512.LoadUnsafe(ref from, (nuint)i));
                best1 = TChoice.Choose(best1, Vector512.LoadUnsafe(ref from, (nuint)(i + width)));
                best2 = TChoice.Choose(best2, Vector512.LoadUnsafe(ref from, (nuint)(i + 2 * width)));
                best3 = TChoice.Choose(best3, Vector512.LoadUnsafe(ref from, (nuint)(i + 3 * width)));
            }
            var best = TChoice.Choose(TChoice.Choose(best0, best1), TChoice.Choose(best2, best3));
            for (int lane = 0; lane < width; lane++) result = TChoice.Choose(result, best[lane]);
        }
        for (; i < x.Length; i++) result = TChoice.Choose(result, x[i]);
        return result;
    }

    // Half and BFloat16 have no vectors; every one of their values is a float.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static T InSingle<T, TChoice>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> where TChoice : struct, IChoice
    {
        Span<float> wide = stackalloc float[WideningBlock];
        float result = TChoice.Empty;
        for (int start = 0; start < x.Length; start += WideningBlock)
        {
            int length = Math.Min(WideningBlock, x.Length - start);
            BlockConversion.Widen(x.Slice(start, length), wide);
            result = TChoice.Choose(result, Extreme<float, TChoice>(wide[..length], TChoice.Empty));
        }
        return T.CreateTruncating(result);
    }
}
