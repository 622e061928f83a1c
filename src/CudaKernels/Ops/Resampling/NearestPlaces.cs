using System.Numerics;

namespace CudaKernels;

/// <summary>Along one dimension output p of a resampling to the nearest pixel is input ⌊p·length / outLength⌋.</summary>
internal readonly struct NearestPlaces(int length, int outLength) : IResampledPlaces
{
    /// <summary>The input that an output is.</summary>
    public int Of(int output) => (int)((long)output * length / outLength);

    public (int Begin, int End) Over(int input) => (Begin(input), Begin(input + 1L));

    public TCompute Weight<TCompute>(int output, int input) where TCompute : IFloatingPointIeee754<TCompute> => TCompute.One;

    /// <summary>The first output that comes from an input, or from one after it.</summary>
    private int Begin(long input) => (int)(((input * outLength) + length - 1) / length);
}
