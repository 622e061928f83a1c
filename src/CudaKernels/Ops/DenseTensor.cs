namespace CudaKernels;

/// <summary>A tensor that is surely dense: the given one, or a copy that lives as long as this.</summary>
internal readonly ref struct DenseTensor<T>(DeviceTensor<T> tensor, bool isCopy) : IDisposable where T : unmanaged
{
    public DeviceTensor<T> Tensor => tensor;

    public void Dispose()
    {
        if (isCopy)
        {
            tensor.Dispose();
        }
    }
}
