using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>y = 1 / (1 + e⁻ˣ), elementwise.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class Sigmoid<T> : Activation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected override void Apply(DeviceTensor<T> input, DeviceTensor<T> output) => input.Sigmoid(output);

    private protected override void Differentiate(DeviceTensor<T> output, DeviceTensor<T> outputGradient, DeviceTensor<T> inputGradient) => output.SigmoidGradient(outputGradient, inputGradient);
}
