using System.Numerics.Tensors;

namespace CudaKernels.Networks;

/// <summary>The largest magnitude is the range: nothing saturates, and one outlier makes all steps coarse.</summary>
public sealed class AbsMaxCalibrator : Calibrator
{
    private float _max;

    /// <inheritdoc/>
    protected override float Range => _max;

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<float> magnitudes) => _max = Math.Max(_max, TensorPrimitives.Max(magnitudes));
}
