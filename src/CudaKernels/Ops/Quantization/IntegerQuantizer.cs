using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>To integers in [-127, 127]; NaN becomes 0.</summary>
internal readonly unsafe struct IntegerQuantizer : IQuantizer<sbyte>
{
    private const int Largest = 127;

    /// <summary>Compiled in full at once: a first call over a large tensor would otherwise spend seconds in unoptimised vector code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Quantize(float* x, float scale, sbyte* q, nint count)
    {
        nint i = 0;
        var divisor = Vector512.Create(scale);
        for (; i <= count - 64; i += 64)
        {
            var low = Vector512.Narrow(Nearest(x + i, divisor), Nearest(x + i + 16, divisor));
            var high = Vector512.Narrow(Nearest(x + i + 32, divisor), Nearest(x + i + 48, divisor));
            Vector512.Narrow(low, high).Store(q + i);
        }

        for (; i < count; i++)
        {
            q[i] = Nearest(x[i] / scale);
        }
    }

    public static sbyte Nearest(double steps) => double.IsNaN(steps) ? (sbyte)0 : (sbyte)Math.Clamp(Math.Round(steps), -Largest, Largest);

    // The conversion to integers saturates and makes 0 of NaN; what it is clamped to fits 8 bits.
    private static Vector512<int> Nearest(float* x, Vector512<float> divisor) =>
        Vector512.Min(Vector512.Max(Vector512.ConvertToInt32(Vector512.Round(Vector512.Load(x) / divisor)), Vector512.Create(-Largest)), Vector512.Create(Largest));

    private static sbyte Nearest(float steps) => float.IsNaN(steps) ? (sbyte)0 : (sbyte)Math.Clamp(MathF.Round(steps), -Largest, Largest);
}
