using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>y = tanh x, elementwise.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class Tanh<T> : Activation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected override void Apply(DeviceTensor<T> input, DeviceTensor<T> output) => input.Tanh(output);

    private protected override void Differentiate(DeviceTensor<T> output, DeviceTensor<T> outputGradient, DeviceTensor<T> inputGradient) => output.TanhGradient(outputGradient, inputGradient);
}
