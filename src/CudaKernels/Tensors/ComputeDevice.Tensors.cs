using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace CudaKernels;

public abstract partial class ComputeDevice
{
    /// <summary>A tensor with the given elements, in row-major order.</summary>
    /// <param name="data">The elements.</param>
    /// <param name="lengths">The shape; empty makes a vector of all elements.</param>
    /// <param name="stream">The stream that orders the tensor's operations; null takes <see cref="DefaultStream"/>.</param>
    /// <exception cref="ArgumentException">The shape has another number of elements than <paramref name="data"/>.</exception>
    public DeviceTensor<T> CreateTensor<T>(ReadOnlySpan<T> data, ReadOnlySpan<nint> lengths = default, CudaStream? stream = null) where T : unmanaged
    {
        var layout = lengths.IsEmpty ? TensorLayout.Dense([data.Length]) : TensorLayout.Dense(lengths);
        if (layout.FlattenedLength != data.Length)
        {
            throw new ArgumentException($"shape {layout} has {layout.FlattenedLength} elements, {data.Length} were given", nameof(lengths));
        }

        using var result = new PendingTensor<T>(Create<T>(layout, stream));
        CopyFromHost(result.Tensor.Block, 0, MemoryMarshal.AsBytes(data), result.Tensor.Stream);
        return result.Complete();
    }

    /// <inheritdoc cref="CreateTensor{T}(ReadOnlySpan{T}, ReadOnlySpan{nint}, CudaStream?)"/>
    public DeviceTensor<T> CreateTensor<T>(T[] data, ReadOnlySpan<nint> lengths = default, CudaStream? stream = null) where T : unmanaged =>
        CreateTensor((ReadOnlySpan<T>)data, lengths, stream);

    /// <summary>A tensor with the shape and elements of a host tensor.</summary>
    public DeviceTensor<T> CreateTensor<T>(ReadOnlyTensorSpan<T> data, CudaStream? stream = null) where T : unmanaged
    {
        if (data.IsDense && data.FlattenedLength > 0 && data.Rank > 0)
        {
            var dense = MemoryMarshal.CreateReadOnlySpan(in data.GetPinnableReference(), checked((int)data.FlattenedLength));
            return CreateTensor(dense, data.Lengths, stream);
        }

        var flat = new T[data.FlattenedLength];
        data.FlattenTo(flat);
        return data.Rank == 0 ? CreateScalar(flat[0], stream) : CreateTensor((ReadOnlySpan<T>)flat, data.Lengths, stream);
    }

    /// <summary>A tensor of rank 0 with one element.</summary>
    public DeviceTensor<T> CreateScalar<T>(T value, CudaStream? stream = null) where T : unmanaged
    {
        using var result = new PendingTensor<T>(Create<T>(TensorLayout.Dense([]), stream));
        CopyFromHost(result.Tensor.Block, 0, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)), result.Tensor.Stream);
        return result.Complete();
    }

    /// <summary>A tensor of zeros.</summary>
    /// <param name="lengths">The shape; empty makes a scalar.</param>
    /// <param name="stream">The stream that orders the tensor's operations; null takes <see cref="DefaultStream"/>.</param>
    public DeviceTensor<T> CreateZeros<T>(ReadOnlySpan<nint> lengths, CudaStream? stream = null) where T : unmanaged
    {
        using var result = new PendingTensor<T>(Create<T>(TensorLayout.Dense(lengths), stream));
        result.Tensor.Fill(default);
        return result.Complete();
    }

    /// <summary>A tensor whose elements are undefined until they are written.</summary>
    /// <param name="lengths">The shape; empty makes a scalar.</param>
    /// <param name="stream">The stream that orders the tensor's operations; null takes <see cref="DefaultStream"/>.</param>
    public DeviceTensor<T> CreateUninitializedTensor<T>(ReadOnlySpan<nint> lengths, CudaStream? stream = null) where T : unmanaged =>
        Create<T>(TensorLayout.Dense(lengths), stream);

    /// <summary>Opens a scope that owns every tensor this thread makes on this device until it is disposed or a scope is opened inside it.</summary>
    public TensorScope BeginScope() => new(this, isNested: true);

    /// <summary>Makes a scope that owns only what <see cref="TensorScope.Own"/> gives it, until it is disposed: new tensors go where they would without it.</summary>
    public TensorScope CreateScope() => new(this, isNested: false);

    internal DeviceTensor<T> Create<T>(TensorLayout layout, CudaStream? stream) where T : unmanaged
    {
        _ = ElementType<T>.Kind;
        ThrowIfDisposed();
        if (stream is not null && stream.Device != this)
        {
            throw new ArgumentException($"the stream belongs to {stream.Device.Id}, the tensor to {Id}", nameof(stream));
        }

        stream ??= DefaultStream;
        if (layout.FlattenedLength > nint.MaxValue / ElementType<T>.Size)
        {
            throw new ArgumentException($"a tensor of shape {layout} with elements of {ElementType<T>.Size} bytes is larger than memory can be");
        }

        var bytes = (nuint)layout.FlattenedLength * (nuint)ElementType<T>.Size;
        return new DeviceTensor<T>(Allocate(bytes, stream), 0, layout, stream);
    }
}
