using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>A part of a network with an explicit forward and backward pass. It owns its parameters and its output buffers.</summary>
/// <remarks>A <see cref="TensorScope"/> that is open when they are made, such as one around a step of the training, does not own them.</remarks>
/// <typeparam name="T">The element type.</typeparam>
public abstract class Layer<T> : IDisposable, ICheckpointed where T : unmanaged, IFloatingPointIeee754<T>
{
    private DeviceTensor<T>? _output;
    private DeviceTensor<T>? _inputGradient;

    /// <summary>The trained tensors.</summary>
    public virtual IReadOnlyList<Parameter<T>> Parameters => [];

    /// <summary>Whether the next forward passes are those of a training: some layers, such as dropout, work only then. Default: true.</summary>
    public virtual bool IsTraining { get; set; } = true;

    /// <summary>Computes the output for a batch and keeps what <see cref="Backward"/> needs.</summary>
    /// <param name="input">[batch, …]; must live, unchanged, until the backward pass.</param>
    /// <returns>The output, owned by the layer and overwritten by its next forward pass.</returns>
    public abstract DeviceTensor<T> Forward(DeviceTensor<T> input);

    /// <summary>A forward pass that is none of a training, whatever <see cref="IsTraining"/> says before and after it.</summary>
    /// <param name="input">[batch, …].</param>
    /// <returns>The output, owned by the layer and overwritten by its next forward pass.</returns>
    public DeviceTensor<T> Infer(DeviceTensor<T> input)
    {
        var wasTraining = IsTraining;
        IsTraining = false;
        try
        {
            return Forward(input);
        }
        finally
        {
            IsTraining = wasTraining;
        }
    }

    /// <summary>Computes the gradients of the parameters and of the input of the last forward pass.</summary>
    /// <param name="outputGradient">The gradient of the loss with respect to the output.</param>
    /// <returns>The gradient with respect to the input, owned by the layer and overwritten by its next backward pass.</returns>
    public abstract DeviceTensor<T> Backward(DeviceTensor<T> outputGradient);

    /// <summary>Names the values of the parameters; a layer with more that lasts from batch to batch adds it.</summary>
    /// <remarks>The hidden state that a recurrent layer carries on is not kept: a resumed training begins with zeros there.</remarks>
    public virtual void Describe(CheckpointState state)
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
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes parameters and buffers.</summary>
    protected virtual void Dispose(bool disposing)
    {
        foreach (var parameter in Parameters)
        {
            parameter.Dispose();
        }

        _output?.Dispose();
        _inputGradient?.Dispose();
    }

    /// <summary>The buffer of what a forward pass gives back: the layer's own, made anew where the lengths are others than before.</summary>
    protected DeviceTensor<T> OutputBuffer(ComputeDevice device, ReadOnlySpan<nint> lengths) => Resize(ref _output, device, lengths);

    /// <summary>The buffer of what a backward pass gives back: the layer's own, made anew where the lengths are others than before.</summary>
    protected DeviceTensor<T> InputGradientBuffer(ComputeDevice device, ReadOnlySpan<nint> lengths) => Resize(ref _inputGradient, device, lengths);

    /// <summary>The buffer itself where it has the wanted shape, else a new one in its place.</summary>
    protected static DeviceTensor<TElement> Resize<TElement>(ref DeviceTensor<TElement>? buffer, ComputeDevice device, ReadOnlySpan<nint> lengths) where TElement : unmanaged
    {
        ArgumentNullException.ThrowIfNull(device);
        if (buffer is null || !buffer.Lengths.SequenceEqual(lengths))
        {
            buffer?.Dispose();
            buffer = Lasting.Keep(device.CreateUninitializedTensor<TElement>(lengths));
        }

        return buffer;
    }
}
