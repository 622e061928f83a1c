using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>A table with a trained row for each symbol: indices of any shape to [shape…, columns].</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class Embedding<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    private DeviceTensor<long>? _indices;
    private DeviceTensor<T>? _output;

    /// <summary>Makes the table with elements uniform in ±√3, whose variance is 1.</summary>
    /// <param name="device">Where the table lives.</param>
    /// <param name="symbols">Rows.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="random">The source of the initial elements.</param>
    /// <param name="name">The prefix of the parameter's name.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Embedding(ComputeDevice device, int symbols, int columns, Random random, string name = "embedding")
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(symbols, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        Table = new Parameter<T>($"{name}.table", InitialValues.Uniform<T>(device, random, Math.Sqrt(3), [symbols, columns]));
    }

    /// <summary>The rows, [symbols, columns].</summary>
    public Parameter<T> Table { get; }

    /// <summary>Looks up the rows.</summary>
    /// <param name="indices">Symbols; must live, unchanged, until the backward pass.</param>
    /// <returns>[indices' shape…, columns], owned by the layer and overwritten by its next forward pass.</returns>
    public DeviceTensor<T> Forward(DeviceTensor<long> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        _indices = indices;
        ReadOnlySpan<nint> lengths = [.. indices.Lengths, Table.Value.Lengths[1]];
        if (_output is null || !_output.Lengths.SequenceEqual(lengths))
        {
            _output?.Dispose();
            _output = Lasting.Keep(indices.Device.CreateUninitializedTensor<T>(lengths));
        }

        Table.Value.Embedding(indices, _output);
        return _output;
    }

    /// <summary>Computes the gradient of the table.</summary>
    /// <param name="outputGradient">The gradient of the loss with respect to the output.</param>
    public void Backward(DeviceTensor<T> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        outputGradient.EmbeddingGradient(_indices ?? throw new InvalidOperationException("a backward pass needs a forward pass before it"), Table.Gradient);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _output?.Dispose();
        Table.Dispose();
    }
}
