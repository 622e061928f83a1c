using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>RMS normalisation (Zhang and Sennrich 2019) along the last dimension: it has a gamma and no beta.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class RmsNorm<T> : NormalizationLayer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <param name="device">Where the layer lives.</param>
    /// <param name="features">The length of the last dimension.</param>
    /// <param name="epsilon">Added to the mean of squares.</param>
    /// <param name="name">The prefix of the parameter's name.</param>
    public RmsNorm(ComputeDevice device, int features, double epsilon = 1e-5, string name = "rms_norm")
        : base(device, features, shifts: false, name) => Epsilon = epsilon;

    /// <summary>Added to the mean of squares.</summary>
    public double Epsilon { get; }

    private protected override void Apply(DeviceTensor<T> input, DeviceTensor<T> output) => input.RmsNorm(Gamma.Value, output, Epsilon);

    private protected override void Differentiate(DeviceTensor<T> input, DeviceTensor<T> outputGradient, DeviceTensor<T> inputGradient) =>
        input.RmsNormGradient(outputGradient, Gamma.Value, inputGradient, Gamma.Gradient, Epsilon);
}
