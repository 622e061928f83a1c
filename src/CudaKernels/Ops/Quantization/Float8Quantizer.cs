using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>To 8-bit floats, clamped to the largest ones; NaN stays NaN. A quotient of doubles passes through float.</summary>
internal readonly unsafe struct Float8Quantizer<TFloat8> : IQuantizer<TFloat8> where TFloat8 : unmanaged, IFloat8<TFloat8>
{
    /// <summary>Compiled in full at once, as a call over a large tensor never leaves this loop.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Quantize(float* x, float scale, TFloat8* q, nint count)
    {
        if (typeof(TFloat8) == typeof(Float8E4M3))
        {
            Float8Codec.Round(x, scale, (byte*)q, count, Float8E4M3.FractionBits, Float8E4M3.LargestBits, Float8E4M3.LargestBits);
        }
        else
        {
            Float8Codec.Round(x, scale, (byte*)q, count, Float8E5M2.FractionBits, Float8E5M2.LargestBits, Float8E5M2.LargestBits);
        }
    }

    public static TFloat8 Nearest(double steps) => TFloat8.FromSingleSaturating((float)steps);
}
