using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Gives each sample of a batch another shape: [batch, …] to [batch, lengths…]. Nothing is copied: the output is a view of the input.</summary>
/// <typeparam name="T">The element type.</typeparam>
public class Reshape<T> : Layer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly nint[] _lengths;
    private nint[]? _inputLengths;
    private DeviceTensor<T>? _output;
    private DeviceTensor<T>? _inputGradient;

    /// <param name="lengths">The shape of a sample; one length may be -1 and is then computed.</param>
    public Reshape(params ReadOnlySpan<nint> lengths) => _lengths = lengths.ToArray();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A sample of the input has another number of elements, or the input is not dense.</exception>
    public override DeviceTensor<T> Forward(DeviceTensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var output = Lasting.Keep(input.Reshape([input.Lengths[0], .. _lengths]));
        _output?.Dispose();
        _inputLengths = input.Lengths.ToArray();
        return _output = output;
    }

    /// <inheritdoc/>
    public override DeviceTensor<T> Backward(DeviceTensor<T> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        var lengths = _inputLengths ?? throw new InvalidOperationException("a backward pass needs a forward pass before it");
        _inputGradient?.Dispose();
        return _inputGradient = Lasting.Keep(outputGradient.Reshape(lengths));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _output?.Dispose();
        _inputGradient?.Dispose();
        base.Dispose(disposing);
    }
}
