namespace CudaKernels.Networks;

/// <summary>Host memory in which elements are put together before they go to a device: pinned for a CUDA device, else an ordinary array.</summary>
internal sealed class StagingMemory<T>(ComputeDevice device, int length) : IDisposable where T : unmanaged
{
    private readonly PinnedBuffer<T>? _pinned = (device as CudaDevice)?.CreatePinnedBuffer<T>(length);
    private readonly T[] _array = device is CudaDevice ? [] : new T[length];

    public Span<T> Span => _pinned is null ? _array : _pinned.Span;

    /// <summary>Copies as many elements as the tensor has; from pinned memory in the order of a stream, without waiting.</summary>
    public void CopyTo(DeviceTensor<T> destination, CudaStream? stream)
    {
        if (_pinned is null)
        {
            destination.CopyFrom(_array.AsSpan(0, checked((int)destination.FlattenedLength)));
        }
        else
        {
            destination.CopyFrom(_pinned, stream);
        }
    }

    public void Dispose() => _pinned?.Dispose();
}
