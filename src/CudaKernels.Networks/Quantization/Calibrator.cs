using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Watches the activations of a layer over some batches and says with which scale to quantise them.</summary>
public abstract class Calibrator
{
    /// <summary>The largest of the integers that values are quantised to.</summary>
    internal const float Largest = 127;

    private bool _hasValues;

    /// <summary>What a step of the quantised values is worth: the range / 127; 1 where all values were 0.</summary>
    /// <exception cref="InvalidOperationException">No finite value was observed.</exception>
    public float Scale => _hasValues ? ScaleOf(Range) : throw new InvalidOperationException("a calibration needs values: observe a batch first (NaN and infinities do not count)");

    /// <summary>The magnitude from which on values saturate.</summary>
    protected abstract float Range { get; }

    /// <summary>Takes the values of a batch into account (waits for them). NaN and infinities are left out.</summary>
    /// <param name="activations">The values, of any shape.</param>
    /// <typeparam name="T">The element type.</typeparam>
    public void Observe<T>(DeviceTensor<T> activations) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(activations);
        var magnitudes = Magnitudes<T>(activations.ToArray());
        if (magnitudes.Length > 0)
        {
            _hasValues = true;
            Observe(magnitudes);
        }
    }

    /// <summary>Takes the magnitudes of a batch into account.</summary>
    /// <param name="magnitudes">One at least; 0 or more, and finite.</param>
    protected abstract void Observe(ReadOnlySpan<float> magnitudes);

    /// <summary>The scale of values up to a magnitude.</summary>
    internal static float ScaleOf(float range) => range / Largest is > 0 and var scale ? scale : 1;

    /// <summary>|x| of the finite values.</summary>
    internal static float[] Magnitudes<T>(ReadOnlySpan<T> values) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (magnitudes, count) = (new float[values.Length], 0);
        foreach (var value in values)
        {
            var magnitude = Math.Abs(float.CreateTruncating(value));
            if (float.IsFinite(magnitude))
            {
                magnitudes[count++] = magnitude;
            }
        }

        return magnitudes[..count];
    }
}
