using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

internal static partial class SpanReduction
{
    // Squares between these bounds have lost nothing to overflow or underflow of a float.
    private const double SmallestSquares = 1e-20, LargestSquares = 1e30;

    // Summed in float: eight squares to a lane.
    private const int SquaresBlock = 256;

    /// <summary>The sum of (x[i] - mean)² where <paramref name="mean"/> is the mean of x; 0 when empty.</summary>
    /// <remarks>
    /// Squares of float are added in float over 256 elements and then in double, which costs half of <see cref="SumOfSquaredDeviations"/>:
    /// a relative error of 2^-21 at most. Where a square might leave the range of float, that one is called.
    /// </remarks>
    /// <typeparam name="T">float or double.</typeparam>
    public static double SumOfSquaresAboutMean<T>(ReadOnlySpan<T> x, double mean) where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float))
        {
            var rounded = (float)mean;
            // Σ(x - r)² = Σ(x - mean)² + n (mean - r)².
            double lost = mean - rounded, sum = SquaresInSingle(MemoryMarshal.Cast<T, float>(x), rounded) - (x.Length * lost * lost);
            if (sum is >= SmallestSquares and <= LargestSquares) return sum;
        }
        return SumOfSquaredDeviations(x, mean);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double SquaresInSingle(ReadOnlySpan<float> x, float mean)
    {
        ref float from = ref MemoryMarshal.GetReference(x);
        var shift = Vector512.Create(mean);
        double total = 0;
        int i = 0;
        while (i <= x.Length - SquaresBlock)
        {
            Vector512<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            for (int end = i + SquaresBlock; i < end; i += 64)
            {
                var d0 = Vector512.LoadUnsafe(ref from, (nuint)i) - shift;
                var d1 = Vector512.LoadUnsafe(ref from, (nuint)i + 16) - shift;
                var d2 = Vector512.LoadUnsafe(ref from, (nuint)i + 32) - shift;
                var d3 = Vector512.LoadUnsafe(ref from, (nuint)i + 48) - shift;
                sum0 = Vector512.FusedMultiplyAdd(d0, d0, sum0);
                sum1 = Vector512.FusedMultiplyAdd(d1, d1, sum1);
                sum2 = Vector512.FusedMultiplyAdd(d2, d2, sum2);
                sum3 = Vector512.FusedMultiplyAdd(d3, d3, sum3);
            }
            total += Total(sum0 + sum1 + (sum2 + sum3));
        }
        for (; i < x.Length; i++)
        {
            double deviation = x[i] - mean;
            total += deviation * deviation;
        }
        return total;
    }
}
