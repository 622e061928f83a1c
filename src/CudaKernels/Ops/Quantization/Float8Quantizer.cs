using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>To 8-bit floats, clamped to the largest ones; NaN stays NaN. A quotient of doubles passes through float.</summary>
internal readonly unsafe struct Float8Quantizer<TFloat8> : IQuantizer<TFloat8> where TFloat8 : unmanaged, IFloat8<TFloat8>
{
    /// <summary>Compiled in full at once, as a call over a large tensor never leaves this loop.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Quantize(float* x, float scale, TFloat8* q, nint count)
    {
        for (nint i = 0; i < count; i++)
        {
            q[i] = TFloat8.FromSingleSaturating(x[i] / scale);
        }
    }

    public static TFloat8 Nearest(double steps) => TFloat8.FromSingleSaturating((float)steps);

    public static float Value(TFloat8 q) => (float)q;
}
