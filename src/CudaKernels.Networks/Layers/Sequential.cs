using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Layers one after another. It owns them.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class Sequential<T> : Layer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Layer<T>[] _layers;

    /// <summary>Takes ownership of the layers.</summary>
    public Sequential(params ReadOnlySpan<Layer<T>> layers)
    {
        _layers = layers.ToArray();
        Parameters = [.. _layers.SelectMany(layer => layer.Parameters)];
    }

    /// <summary>The layers in order.</summary>
    public IReadOnlyList<Layer<T>> Layers => _layers;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <inheritdoc/>
    public override bool IsTraining
    {
        get => base.IsTraining;
        set
        {
            base.IsTraining = value;
            foreach (var layer in _layers)
            {
                layer.IsTraining = value;
            }
        }
    }

    /// <summary>The number of trained values.</summary>
    public long ParameterCount => Parameters.Sum(parameter => (long)parameter.Value.FlattenedLength);

    /// <inheritdoc/>
    public override DeviceTensor<T> Forward(DeviceTensor<T> input)
    {
        foreach (var layer in _layers)
        {
            input = layer.Forward(input);
        }

        return input;
    }

    /// <inheritdoc/>
    public override DeviceTensor<T> Backward(DeviceTensor<T> outputGradient)
    {
        for (var i = _layers.Length - 1; i >= 0; i--)
        {
            outputGradient = _layers[i].Backward(outputGradient);
        }

        return outputGradient;
    }

    /// <summary>Names the state of every layer.</summary>
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
        foreach (var layer in _layers)
        {
            layer.Dispose();
        }
    }
}
