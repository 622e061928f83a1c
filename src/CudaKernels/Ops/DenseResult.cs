namespace CudaKernels;

/// <summary>Where an operation that writes dense tensors puts its result: the destination itself where it is dense, else a tensor of its shape, which <see cref="Complete"/> copies to it.</summary>
internal readonly ref struct DenseResult<T>(DeviceTensor<T> tensor, DeviceTensor<T> destination) : IDisposable where T : unmanaged
{
    public DeviceTensor<T> Tensor => tensor;

    public void Complete()
    {
        if (tensor != destination)
        {
            tensor.CopyTo(destination);
        }
    }

    public void Dispose()
    {
        if (tensor != destination)
        {
            tensor.Dispose();
        }
    }
}
