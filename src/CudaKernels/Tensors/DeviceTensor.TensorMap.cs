namespace CudaKernels;

public sealed partial class DeviceTensor<T>
{
    /// <summary>Describes tiles of the tensor to the copy engine; views with strides too, as long as the innermost elements stand side by side.</summary>
    /// <param name="box">The tile's extent in each dimension, outermost first.</param>
    /// <param name="options">How tiles are moved; null for the defaults.</param>
    /// <returns>A map that holds the tensor's memory until it is disposed.</returns>
    /// <exception cref="ArgumentException">The copy engine does not take it; the message has the value that was got.</exception>
    /// <exception cref="NotSupportedException">The device is no CUDA device, or has no tensor maps.</exception>
    /// <exception cref="ObjectDisposedException">The tensor is disposed.</exception>
    public TensorMap CreateTensorMap(ReadOnlySpan<int> box, TensorMapOptions? options = null)
    {
        var (device, element) = (TensorMapDevice, TensorMapElements.Of(ElementType<T>.Kind));
        var memory = Block;
        Span<nint> strides = stackalloc nint[Math.Max(Rank - 1, 0)];
        ReadByteStrides(strides);
        ObjectDisposedException.ThrowIf(!memory.TryAcquire(), this);
        return TensorMap.Tiled(device, memory.Address + ByteOffset, memory, element, Lengths, strides, box, options);
    }

    /// <summary>Describes im2col windows of an NWC, NHWC or NDHWC tensor to the copy engine.</summary>
    /// <param name="window">The window.</param>
    /// <param name="options">How tiles are moved; null for the defaults. <see cref="TensorMapOptions.ElementStrides"/> holds the convolution's strides.</param>
    /// <returns>A map that holds the tensor's memory until it is disposed.</returns>
    /// <exception cref="ArgumentException">The copy engine does not take it; the message has the value that was got.</exception>
    /// <exception cref="NotSupportedException">The device is no CUDA device, or has no tensor maps.</exception>
    /// <exception cref="ObjectDisposedException">The tensor is disposed.</exception>
    public TensorMap CreateTensorMap(TensorMapWindow window, TensorMapOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(window);
        var (device, element) = (TensorMapDevice, TensorMapElements.Of(ElementType<T>.Kind));
        var memory = Block;
        Span<nint> strides = stackalloc nint[Math.Max(Rank - 1, 0)];
        ReadByteStrides(strides);
        ObjectDisposedException.ThrowIf(!memory.TryAcquire(), this);
        return TensorMap.Im2col(device, memory.Address + ByteOffset, memory, element, Lengths, strides, window, options);
    }

    private CudaDevice TensorMapDevice => Device as CudaDevice ?? throw new NotSupportedException($"{Device.Id} has no copy engine; tensor maps are for CUDA devices");

    private void ReadByteStrides(Span<nint> strides)
    {
        if (Rank > 0 && Lengths[^1] > 1 && Strides[^1] != 1)
            throw new ArgumentException($"the innermost elements lie {Strides[^1]} apart (lengths {Layout}, strides {TensorLayout.Format(Strides)}); a tensor map needs them side by side");
        for (var i = 0; i < strides.Length; i++)
            strides[i] = Strides[i] * ElementType<T>.Size;
    }
}
