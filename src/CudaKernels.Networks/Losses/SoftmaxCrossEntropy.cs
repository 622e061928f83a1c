using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>The mean cross entropy of softmax(logits) with class labels, in nats, over the rows that count: those whose label is not negative.</summary>
/// <remarks>Where no row counts the mean loss and its gradient are 0, so that a step changes nothing; PyTorch gives NaN there.</remarks>
/// <typeparam name="T">The element type of the logits.</typeparam>
public sealed class SoftmaxCrossEntropy<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    private DeviceTensor<T>? _losses;
    private DeviceTensor<T>? _gradient;
    private DeviceTensor<long>? _count;

    /// <summary>Computes the mean loss of a batch (waits for it) and the gradient with respect to the logits.</summary>
    /// <param name="logits">[batch, classes].</param>
    /// <param name="labels">[batch]; a negative one leaves its row out.</param>
    /// <param name="lossScale">The gradient is that of the mean loss times this: small gradients of Half then do not vanish. The loss that is given back is not scaled.</param>
    /// <returns>The mean loss, and the gradient, owned by this object and overwritten by the next call.</returns>
    public (double Loss, DeviceTensor<T> Gradient) Evaluate(DeviceTensor<T> logits, DeviceTensor<long> labels, double lossScale = 1)
    {
        var gradient = Differentiate(logits, labels, lossScale);
        return (ReadMean(), gradient);
    }

    /// <summary>As <see cref="Evaluate"/>, without waiting: the losses stay on the device.</summary>
    /// <param name="logits">[batch, classes].</param>
    /// <param name="labels">[batch]; a negative one leaves its row out.</param>
    /// <param name="lossScale">The gradient is that of the mean loss times this.</param>
    /// <returns>The gradient, owned by this object and overwritten by the next call.</returns>
    public DeviceTensor<T> Differentiate(DeviceTensor<T> logits, DeviceTensor<long> labels, double lossScale = 1)
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (_gradient is null || !_gradient.Lengths.SequenceEqual(logits.Lengths))
        {
            Dispose();
            _gradient = Lasting.Keep(logits.Device.CreateUninitializedTensor<T>(logits.Lengths));
            _losses = Lasting.Keep(logits.Device.CreateUninitializedTensor<T>([logits.Lengths[0]]));
            _count = Lasting.Keep(logits.Device.CreateUninitializedTensor<long>([]));
        }

        labels.CountLabels(_count!);
        logits.CrossEntropyGradient(labels, lossScale, _count!, _gradient);
        logits.CrossEntropy(labels, _losses!);
        return _gradient;
    }

    /// <summary>The mean loss of the batch that was looked at last; waits for it.</summary>
    /// <exception cref="InvalidOperationException">There was none.</exception>
    public double ReadMean()
    {
        var losses = (_losses ?? throw new InvalidOperationException("a mean loss needs a batch before it")).ToArray();
        var sum = losses.Sum(double.CreateTruncating);

        // A row that is left out has a loss of 0: without one all rows count, and no second read is waited for.
        return losses.Contains(T.Zero) || losses.Length == 0 ? sum / Math.Max(_count!.ToScalar(), 1) : sum / losses.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _losses?.Dispose();
        _gradient?.Dispose();
        _count?.Dispose();
    }
}
