using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>
/// Along one dimension output p of a bilinear resampling lies at max(slope·p + offset, 0) / divisor between the inputs: whole numbers, so
/// that no rounding moves an output to another pixel.
/// </summary>
internal readonly struct LinearPlaces(int length, int outLength, bool aligned) : IResampledPlaces
{
    private readonly long _slope = aligned ? length - 1L : 2L * length;
    private readonly long _offset = aligned ? 0 : (long)length - outLength;
    private readonly long _divisor = aligned ? Math.Max(outLength - 1L, 1) : 2L * outLength;

    /// <summary>The inputs on both sides of an output, and how far it is from the first, in [0, 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int First, int Second, TCompute Fraction) Sides<TCompute>(int output) where TCompute : IFloatingPointIeee754<TCompute>
    {
        var place = (_slope * output) + _offset;
        if (place <= 0)
        {
            return (0, 0, TCompute.Zero);
        }

        var (first, rest) = Math.DivRem(place, _divisor);
        return ((int)first, (int)Math.Min(first + 1, length - 1), TCompute.CreateTruncating(rest) / TCompute.CreateTruncating(_divisor));
    }

    /// <summary>The weight with which an output looks at one of its two inputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TCompute Weight<TCompute>(int output, int input) where TCompute : IFloatingPointIeee754<TCompute>
    {
        var (first, second, fraction) = Sides<TCompute>(output);
        return first == second ? TCompute.One : first == input ? TCompute.One - fraction : fraction;
    }

    /// <summary>The outputs that look at an input: those less than one pixel from it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int Begin, int End) Over(int input)
    {
        if (_slope == 0)
        {
            return (0, outLength);
        }

        var (before, after) = (((input - 1L) * _divisor) - _offset, ((input + 1L) * _divisor) - _offset);
        return (before < 0 ? 0 : (int)((before / _slope) + 1), after <= 0 ? 0 : (int)Math.Min((after + _slope - 1) / _slope, outLength));
    }
}
