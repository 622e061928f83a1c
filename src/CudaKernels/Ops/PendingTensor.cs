namespace CudaKernels;

/// <summary>A new tensor that an operation is about to fill: disposed with this unless the operation comes to its end.</summary>
internal ref struct PendingTensor<T>(DeviceTensor<T> tensor) : IDisposable where T : unmanaged
{
    private bool _complete;

    public readonly DeviceTensor<T> Tensor => tensor;

    public DeviceTensor<T> Complete()
    {
        _complete = true;
        return tensor;
    }

    public readonly void Dispose()
    {
        if (!_complete)
        {
            tensor.Dispose();
        }
    }
}
