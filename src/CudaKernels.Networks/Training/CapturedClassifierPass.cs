using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Forward, cross entropy and backward of a classifier as a graph, for batches of one shape and one scale of the loss.</summary>
/// <typeparam name="T">The element type in which the network computes.</typeparam>
internal sealed class CapturedClassifierPass<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    // Of its own: the trainer's buffers change with each evaluation.
    private readonly SoftmaxCrossEntropy<T> _loss = new();
    private readonly DeviceTensor<T> _input;
    private readonly DeviceTensor<long> _labels;
    private readonly double _lossScale;
    private readonly CapturedPass _pass;

    public CapturedClassifierPass(CudaDevice device, Layer<T> network, ReadOnlySpan<nint> input, ReadOnlySpan<nint> labels, double lossScale)
    {
        _input = Lasting.Keep(device.CreateUninitializedTensor<T>(input));
        _labels = Lasting.Keep(device.CreateUninitializedTensor<long>(labels));
        _lossScale = lossScale;
        _pass = new CapturedPass(device, () => network.Backward(_loss.Differentiate(network.Forward(_input), _labels, lossScale)));
    }

    /// <summary>Whether it is for such a batch.</summary>
    public bool Fits(DeviceTensor<T> input, double lossScale) => _input.Lengths.SequenceEqual(input.Lengths) && _lossScale == lossScale;

    /// <summary>Leaves the gradients of the parameters and gives the mean loss.</summary>
    public double Run(DeviceTensor<T> input, DeviceTensor<long> labels)
    {
        input.CopyTo(_input);
        labels.CopyTo(_labels);
        _pass.Launch();
        return _loss.ReadMean();
    }

    public void Dispose()
    {
        _pass.Dispose();
        _input.Dispose();
        _labels.Dispose();
        _loss.Dispose();
    }
}
