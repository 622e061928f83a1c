using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>
/// A trained network whose dense layers and convolutions compute with 8-bit integers. It owns these; every other layer it borrows from the
/// trained network, which has to live as long, and whose outputs each of the two overwrites. It cannot be trained.
/// </summary>
/// <typeparam name="T">The element type of the activations between the layers.</typeparam>
public sealed class QuantizedNetwork<T> : Layer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Layer<T>[] _layers;
    private readonly Layer<T>[] _owned;

    internal QuantizedNetwork(Layer<T>[] layers, Layer<T>[] owned) => (_layers, _owned) = (layers, owned);

    /// <summary>The layers in order.</summary>
    public IReadOnlyList<Layer<T>> Layers => _layers;

    /// <summary>Computes the output for a batch; every layer works as outside of training, whatever <see cref="Layer{T}.IsTraining"/> says.</summary>
    /// <inheritdoc/>
    public override DeviceTensor<T> Forward(DeviceTensor<T> input)
    {
        foreach (var layer in _layers)
        {
            input = layer.Infer(input);
        }

        return input;
    }

    /// <summary>Not possible: rounded weights have no gradient.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public override DeviceTensor<T> Backward(DeviceTensor<T> outputGradient) =>
        throw new InvalidOperationException("a quantised network has no gradients: train the network that it was made from, and quantise that again");

    /// <summary>Names the state of every layer, the borrowed ones too.</summary>
    public override void Describe(CheckpointState state)
    {
        foreach (var layer in _layers)
        {
            layer.Describe(state);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (var layer in _owned)
        {
            layer.Dispose();
        }
    }
}
