using CudaKernels.Interop;

namespace CudaKernels;

// Memory that was allocated by others: the raw layer, another library.
public sealed unsafe partial class CudaDevice
{
    /// <summary>A buffer over memory that was allocated elsewhere, such as by <see cref="DriverApi.cuMemMap"/> or another library. Disposing it frees nothing.</summary>
    /// <remarks>
    /// The memory has to live until the buffer and the graphs that use it are disposed and the streams that used it are done. Work on it that was given
    /// before has to be ordered before what comes on <paramref name="stream"/>.
    /// </remarks>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="address">The first element.</param>
    /// <param name="length">Elements.</param>
    /// <param name="stream">The stream in whose order the memory is used first; null for the default stream.</param>
    /// <exception cref="ArgumentException">The address is 0 while there are elements, or is not a multiple of the element's size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or its bytes are more than an address can count.</exception>
    public DeviceBuffer<T> WrapBuffer<T>(CUdeviceptr address, long length, CudaStream? stream = null) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, long.MaxValue / sizeof(T));
        return new DeviceBuffer<T>(Wrap<T>(address, length, stream), length);
    }

    /// <summary>A dense tensor over memory that was allocated elsewhere; see <see cref="WrapBuffer"/>. Disposing it and its views frees nothing.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="address">The first element.</param>
    /// <param name="lengths">The shape; empty makes a scalar.</param>
    /// <param name="stream">The stream that orders the tensor's operations; null takes <see cref="DefaultStream"/>.</param>
    /// <exception cref="ArgumentException">The address is 0 while there are elements, or is not a multiple of the element's size; or there is no such shape.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is no element type.</exception>
    public DeviceTensor<T> WrapTensor<T>(CUdeviceptr address, ReadOnlySpan<nint> lengths, CudaStream? stream = null) where T : unmanaged
    {
        _ = ElementType<T>.Kind;
        var layout = TensorLayout.Dense(lengths);
        if (layout.FlattenedLength > nint.MaxValue / sizeof(T))
            throw new ArgumentException($"a tensor of shape {layout} with elements of {sizeof(T)} bytes is larger than memory can be", nameof(lengths));
        return new DeviceTensor<T>(Wrap<T>(address, layout.FlattenedLength, stream), 0, layout, stream ?? OwnStream);
    }

    // Kernels read packs of elements where addresses allow it, and rely on each element standing at a multiple of its size.
    private ForeignBlock Wrap<T>(CUdeviceptr address, long length, CudaStream? stream) where T : unmanaged
    {
        if (address.Value == 0 && length > 0)
            throw new ArgumentException($"{length} elements have an address, got 0", nameof(address));
        if (ElementType<T>.IsSupported && address.Value % (ulong)sizeof(T) != 0)
            throw new ArgumentException($"elements of {sizeof(T)} bytes stand at multiples of that, got 0x{address.Value:x}", nameof(address));
        return new ForeignBlock(this, (nuint)address.Value, (nuint)length * (nuint)sizeof(T), Begin(stream));
    }
}
