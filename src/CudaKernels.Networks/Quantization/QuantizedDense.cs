using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>A fully connected layer of 8-bit integers: y = scale·channelScale·(q(x)·Wᵀ) + b, the sums exact in 32 bits.</summary>
/// <typeparam name="T">The element type of inputs, outputs and bias.</typeparam>
public sealed class QuantizedDense<T> : QuantizedLayer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Quantises a trained layer, which is not changed and may be disposed.</summary>
    /// <param name="trained">The layer.</param>
    /// <param name="inputScale">What a step of the input is worth, such as from a <see cref="Calibrator"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is no number above 0.</exception>
    public QuantizedDense(Dense<T> trained, float inputScale)
        : base((trained ?? throw new ArgumentNullException(nameof(trained))).Weight, trained.Bias, inputScale)
    {
    }

    private protected override nint[] OutputLengths(ReadOnlySpan<nint> input) => [input[0], Weight.Lengths[0]];

    private protected override void Apply(DeviceTensor<sbyte> input, DeviceTensor<T> output) => input.QuantizedMatMul(InputScale, Weight, WeightScale, Bias, output);
}
