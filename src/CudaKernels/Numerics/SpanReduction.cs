using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>
/// Reductions of a span to one number, with several independent vector accumulators. The order of the additions depends on
/// the length alone, so the same elements always give the same bits, on any machine.
/// </summary>
/// <remarks>
/// Sums of float, Half and BFloat16 are carried in double, so no partial sum overflows that the result would not. Blocks
/// of 4096 elements (1024 of the 16-bit types) are summed on their own and their totals added with compensation
/// (Neumaier), so the error does not grow with the length. Sums of integers wrap around in long, as on the device.
/// </remarks>
internal static partial class SpanReduction
{
    // A multiple of every unrolled step below; the 16-bit types are widened to float through a buffer of this length.
    private const int Block = 4096;
    private const int WideningBlock = 1024;

    /// <summary>What is summed: each element through a function of two operands, in double.</summary>
    private interface ITerm
    {
        Vector512<double> Accumulate(Vector512<double> sum, Vector512<double> x, Vector512<double> y);
    }

    private readonly struct Element : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Accumulate(Vector512<double> sum, Vector512<double> x, Vector512<double> y) => sum + x;
    }

    private readonly struct Magnitude : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Accumulate(Vector512<double> sum, Vector512<double> x, Vector512<double> y) => sum + Vector512.Abs(x);
    }

    private readonly struct Product : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Accumulate(Vector512<double> sum, Vector512<double> x, Vector512<double> y) => Vector512.FusedMultiplyAdd(x, y, sum);
    }

    private readonly struct SquaredDeviation(double mean) : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Accumulate(Vector512<double> sum, Vector512<double> x, Vector512<double> y)
        {
            var deviation = x - Vector512.Create(mean);
            return Vector512.FusedMultiplyAdd(deviation, deviation, sum);
        }
    }

    /// <summary>The sum of the elements of a vector of float or double, in double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Total<T>(Vector512<T> sum)
    {
        if (typeof(T) == typeof(double)) return Vector512.Sum(sum.AsDouble());
        var (low, high) = Vector512.Widen(sum.AsSingle());
        return Vector512.Sum(low + high);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Accumulate<T, TTerm>(TTerm term, ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged
        where TTerm : struct, ITerm
    {
        if (x.Length != y.Length) throw new ArgumentException($"The spans have {x.Length} and {y.Length} elements; they must have as many.", nameof(y));
        var total = default(CompensatedSum);
        if (typeof(T) == typeof(double))
        {
            var a = MemoryMarshal.Cast<T, double>(x);
            var b = MemoryMarshal.Cast<T, double>(y);
            for (int start = 0; start < a.Length; start += Block)
            {
                int length = Math.Min(Block, a.Length - start);
                total.Add(BlockOfDouble(term, a.Slice(start, length), b.Slice(start, length)));
            }
        }
        else if (typeof(T) == typeof(float))
        {
            var a = MemoryMarshal.Cast<T, float>(x);
            var b = MemoryMarshal.Cast<T, float>(y);
            for (int start = 0; start < a.Length; start += Block)
            {
                int length = Math.Min(Block, a.Length - start);
                total.Add(BlockOfSingle(term, a.Slice(start, length), b.Slice(start, length)));
            }
        }
        else
        {
            Span<float> a = stackalloc float[WideningBlock], b = stackalloc float[WideningBlock];
            bool same = Unsafe.AreSame(ref MemoryMarshal.GetReference(x), ref MemoryMarshal.GetReference(y));
            for (int start = 0; start < x.Length; start += WideningBlock)
            {
                int length = Math.Min(WideningBlock, x.Length - start);
                BlockConversion.Widen(x.Slice(start, length), a);
                if (!same) BlockConversion.Widen(y.Slice(start, length), b);
                total.Add(BlockOfSingle(term, a[..length], same ? a[..length] : b[..length]));
            }
        }
        return total.Value;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double BlockOfSingle<TTerm>(TTerm term, ReadOnlySpan<float> x, ReadOnlySpan<float> y) where TTerm : struct, ITerm
    {
        ref float a = ref MemoryMarshal.GetReference(x);
        ref float b = ref MemoryMarshal.GetReference(y);
        Vector512<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        int i = 0;
        for (; i <= x.Length - 32; i += 32)
        {
            MemoryPrefetch.Ahead(ref a, i, 128);
            MemoryPrefetch.Ahead(ref b, i, 128);
            var (x0, x1) = Vector512.Widen(Vector512.LoadUnsafe(ref a, (nuint)i));
            var (y0, y1) = Vector512.Widen(Vector512.LoadUnsafe(ref b, (nuint)i));
            var (x2, x3) = Vector512.Widen(Vector512.LoadUnsafe(ref a, (nuint)i + 16));
            var (y2, y3) = Vector512.Widen(Vector512.LoadUnsafe(ref b, (nuint)i + 16));
            sum0 = term.Accumulate(sum0, x0, y0);
            sum1 = term.Accumulate(sum1, x1, y1);
            sum2 = term.Accumulate(sum2, x2, y2);
            sum3 = term.Accumulate(sum3, x3, y3);
        }
        double sum = Vector512.Sum((sum0 + sum1) + (sum2 + sum3));
        for (; i < x.Length; i++) sum = term.Accumulate(Vector512.CreateScalar(sum), Vector512.CreateScalar((double)x[i]), Vector512.CreateScalar((double)y[i])).ToScalar();
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double BlockOfDouble<TTerm>(TTerm term, ReadOnlySpan<double> x, ReadOnlySpan<double> y) where TTerm : struct, ITerm
    {
        ref double a = ref MemoryMarshal.GetReference(x);
        ref double b = ref MemoryMarshal.GetReference(y);
        Vector512<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        int i = 0;
        for (; i <= x.Length - 32; i += 32)
        {
            MemoryPrefetch.Ahead(ref a, i, 256);
            MemoryPrefetch.Ahead(ref b, i, 256);
            sum0 = term.Accumulate(sum0, Vector512.LoadUnsafe(ref a, (nuint)i), Vector512.LoadUnsafe(ref b, (nuint)i));
            sum1 = term.Accumulate(sum1, Vector512.LoadUnsafe(ref a, (nuint)i + 8), Vector512.LoadUnsafe(ref b, (nuint)i + 8));
            sum2 = term.Accumulate(sum2, Vector512.LoadUnsafe(ref a, (nuint)i + 16), Vector512.LoadUnsafe(ref b, (nuint)i + 16));
            sum3 = term.Accumulate(sum3, Vector512.LoadUnsafe(ref a, (nuint)i + 24), Vector512.LoadUnsafe(ref b, (nuint)i + 24));
        }
        double sum = Vector512.Sum((sum0 + sum1) + (sum2 + sum3));
        for (; i < x.Length; i++) sum = term.Accumulate(Vector512.CreateScalar(sum), Vector512.CreateScalar(x[i]), Vector512.CreateScalar(y[i])).ToScalar();
        return sum;
    }
}
