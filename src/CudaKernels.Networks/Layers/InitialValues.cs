using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>What parameters begin with.</summary>
internal static class InitialValues
{
    /// <summary>A tensor uniform in ±limit, the same on every device and for every type but for its rounding.</summary>
    public static DeviceTensor<T> Uniform<T>(ComputeDevice device, Random random, double limit, ReadOnlySpan<nint> lengths) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var count = 1L;
        foreach (var length in lengths)
        {
            count *= length;
        }

        var values = new T[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = T.CreateTruncating((float)(((2 * random.NextDouble()) - 1) * limit));
        }

        return device.CreateTensor(values, lengths);
    }

    /// <summary>The limit that keeps the variance through a ReLU behind sums of so many inputs: √(6 / inputs) (He et al. 2015).</summary>
    public static double He(double inputs) => Math.Sqrt(6 / inputs);
}
