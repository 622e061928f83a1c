using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Predicts the next character: an embedding, a recurrent layer, a dense layer to logits. It owns them.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class CharacterModel<T> : ICheckpointed, IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Embedding<T> _embedding;
    private readonly Dense<T> _dense;
    private DeviceTensor<T>? _hiddenRows;

    /// <summary>Makes the model around a recurrent layer, which it takes ownership of.</summary>
    /// <param name="device">Where the model lives.</param>
    /// <param name="symbols">Characters of the vocabulary.</param>
    /// <param name="recurrent">The layer; the features of its input are the embedding's columns.</param>
    /// <param name="random">The source of the initial parameters.</param>
    public CharacterModel(ComputeDevice device, int symbols, RecurrentLayer<T> recurrent, Random random)
    {
        ArgumentNullException.ThrowIfNull(recurrent);
        Recurrent = recurrent;
        _embedding = new Embedding<T>(device, symbols, (int)recurrent.InputWeight.Value.Lengths[1], random);
        _dense = new Dense<T>(device, recurrent.Width, symbols, random);
        Parameters = [_embedding.Table, .. recurrent.Parameters, .. _dense.Parameters];
    }

    /// <summary>The recurrent layer.</summary>
    public RecurrentLayer<T> Recurrent { get; }

    /// <summary>The trained tensors.</summary>
    public IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>The number of trained values.</summary>
    public long ParameterCount => Parameters.Sum(parameter => (long)parameter.Value.FlattenedLength);

    /// <summary>Computes the logits of the character after each.</summary>
    /// <param name="characters">[steps, batch]; must live, unchanged, until the backward pass.</param>
    /// <returns>[steps·batch, symbols], owned by the model and overwritten by its next forward pass.</returns>
    public DeviceTensor<T> Forward(DeviceTensor<long> characters)
    {
        var hidden = Recurrent.Forward(_embedding.Forward(characters));
        _hiddenRows?.Dispose();
        _hiddenRows = hidden.Reshape(hidden.Lengths[0] * hidden.Lengths[1], hidden.Lengths[2]);
        return _dense.Forward(_hiddenRows);
    }

    /// <summary>Computes the gradients of all parameters.</summary>
    /// <param name="logitGradient">The gradient of the loss with respect to the logits.</param>
    public void Backward(DeviceTensor<T> logitGradient)
    {
        var rows = _dense.Backward(logitGradient);
        using var hidden = rows.Reshape(rows.Lengths[0] / Recurrent.Batch, Recurrent.Batch, rows.Lengths[1]);
        _embedding.Backward(Recurrent.Backward(hidden));
    }

    /// <inheritdoc/>
    public void Describe(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach (var parameter in Parameters)
        {
            state.AddTensor(parameter.Name, parameter.Value);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _hiddenRows?.Dispose();
        _embedding.Dispose();
        Recurrent.Dispose();
        _dense.Dispose();
    }
}
