using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>y = x where x &gt; 0, else slope·x, elementwise.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class LeakyRelu<T> : Activation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <param name="slope">The slope below 0, from 0 on: the sign of the result is then that of x.</param>
    /// <exception cref="ArgumentOutOfRangeException">The slope is negative or no finite number.</exception>
    public LeakyRelu(double slope = 0.01)
    {
        if (!double.IsFinite(slope) || slope < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(slope), slope, "the slope of a leaky ReLU is a number from 0");
        }

        Slope = slope;
    }

    /// <summary>The slope below 0.</summary>
    public double Slope { get; }

    private protected override void Apply(DeviceTensor<T> input, DeviceTensor<T> output) => input.LeakyRelu(Slope, output);

    private protected override void Differentiate(DeviceTensor<T> output, DeviceTensor<T> outputGradient, DeviceTensor<T> inputGradient) => output.LeakyReluGradient(outputGradient, Slope, inputGradient);
}
