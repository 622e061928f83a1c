using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>The mean binary cross entropy of sigmoid(logits) with targets, in nats.</summary>
/// <typeparam name="T">The element type of the logits.</typeparam>
public sealed class BinaryCrossEntropy<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    private DeviceTensor<T>? _losses;
    private DeviceTensor<T>? _gradient;

    /// <summary>Computes the mean loss of a batch (waits for it) and the gradient with respect to the logits.</summary>
    /// <param name="logits">Any shape, an element or more.</param>
    /// <param name="targets">Probabilities in [0, 1], of the same shape.</param>
    /// <param name="lossScale">The gradient is that of the mean loss times this: small gradients of Half then do not vanish. The loss that is given back is not scaled.</param>
    /// <returns>The mean loss, and the gradient, owned by this object and overwritten by the next call.</returns>
    /// <exception cref="ArgumentException">There are no logits, or shapes or devices differ.</exception>
    public (double Loss, DeviceTensor<T> Gradient) Evaluate(DeviceTensor<T> logits, DeviceTensor<T> targets, double lossScale = 1)
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.IsEmpty)
        {
            throw new ArgumentException("no logits have no mean loss", nameof(logits));
        }

        if (_gradient is null || !_gradient.Lengths.SequenceEqual(logits.Lengths))
        {
            Dispose();
            _gradient = Lasting.Keep(logits.Device.CreateUninitializedTensor<T>(logits.Lengths));
            _losses = Lasting.Keep(logits.Device.CreateUninitializedTensor<T>(logits.Lengths));
        }

        logits.BinaryCrossEntropyGradient(targets, lossScale / logits.FlattenedLength, _gradient);
        logits.BinaryCrossEntropy(targets, _losses!);
        return (_losses!.ToArray().Sum(double.CreateTruncating) / logits.FlattenedLength, _gradient);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _losses?.Dispose();
        _gradient?.Dispose();
    }
}
