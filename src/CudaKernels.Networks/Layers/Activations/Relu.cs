using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>y = max(x, 0), elementwise.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class Relu<T> : Activation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private protected override void Apply(DeviceTensor<T> input, DeviceTensor<T> output) => input.Relu(output);

    private protected override void Differentiate(DeviceTensor<T> output, DeviceTensor<T> outputGradient, DeviceTensor<T> inputGradient) => output.ReluGradient(outputGradient, inputGradient);
}
