using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Layer normalisation (Ba, Kiros and Hinton 2016) along the last dimension.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class LayerNorm<T> : NormalizationLayer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <param name="device">Where the layer lives.</param>
    /// <param name="features">The length of the last dimension.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="name">The prefix of the parameters' names.</param>
    public LayerNorm(ComputeDevice device, int features, double epsilon = 1e-5, string name = "layer_norm")
        : base(device, features, shifts: true, name) => Epsilon = epsilon;

    /// <summary>Added to the variance.</summary>
    public double Epsilon { get; }

    private protected override void Apply(DeviceTensor<T> input, DeviceTensor<T> output) => input.LayerNorm(Gamma.Value, Beta!.Value, output, Epsilon);

    private protected override void Differentiate(DeviceTensor<T> input, DeviceTensor<T> outputGradient, DeviceTensor<T> inputGradient) =>
        input.LayerNormGradient(outputGradient, Gamma.Value, inputGradient, Gamma.Gradient, Beta!.Gradient, Epsilon);
}
