using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

internal static unsafe partial class SpanReduction
{
    /// <summary>The product of floats in double: 32 products of each thirty-second element, then of all; 1 for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static double ProductOf(float* x, nint count)
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
