using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace CudaKernels;

public sealed partial class DeviceTensor<T>
{
    /// <summary>Waits for the work that makes this tensor and gives its elements in row-major order.</summary>
    public T[] ToArray()
    {
        var result = GC.AllocateUninitializedArray<T>(checked((int)FlattenedLength));
        CopyTo(result);
        return result;
    }

    /// <summary>The only element.</summary>
    /// <exception cref="InvalidOperationException">There is not exactly one element.</exception>
    public T ToScalar()
    {
        if (FlattenedLength != 1)
        {
            throw new InvalidOperationException($"a tensor of shape {Layout} has {FlattenedLength} elements, not one");
        }

        T value = default;
        CopyTo(new Span<T>(ref value));
        return value;
    }

    /// <summary>Waits for the work that makes this tensor and copies its elements, in row-major order, to the host.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public void CopyTo(Span<T> destination)
    {
        if (!TryCopyTo(destination))
        {
            throw new ArgumentException($"{FlattenedLength} elements do not fit into {destination.Length}", nameof(destination));
        }
    }

    /// <summary>As <see cref="CopyTo(Span{T})"/>, but gives false where the destination is too short.</summary>
    public bool TryCopyTo(Span<T> destination)
    {
        if (destination.Length < FlattenedLength)
        {
            return false;
        }

        using var dense = TensorOperations.AsDense(this);
        using var hold = new BlockHold(dense.Tensor.Block);
        Device.CopyToHost(dense.Tensor.Block, dense.Tensor.ByteOffset, MemoryMarshal.AsBytes(destination[..(int)FlattenedLength]), Stream);
        return true;
    }

    /// <summary>Waits for the work that makes this tensor and copies its elements to a host tensor of the same shape.</summary>
    /// <exception cref="ArgumentException">The shapes differ, or there are more than 2³¹ - 1 elements.</exception>
    public void CopyTo(TensorSpan<T> destination)
    {
        if (!Layout.HasLengths(destination.Lengths))
        {
            throw new ArgumentException($"shape {Layout} does not fit {TensorLayout.Format(destination.Lengths)}", nameof(destination));
        }

        if (IsEmpty)
        {
            return;
        }

        if (destination.IsDense)
        {
            if (FlattenedLength > int.MaxValue)
            {
                throw new ArgumentException($"a tensor of shape {Layout} has {FlattenedLength} elements, more than one copy to the host takes ({int.MaxValue}): copy slices of it", nameof(destination));
            }

            CopyTo(MemoryMarshal.CreateSpan(ref destination.GetPinnableReference(), (int)FlattenedLength));
            return;
        }

        new ReadOnlyTensorSpan<T>(ToArray(), Lengths, []).CopyTo(destination);
    }

    /// <summary>Copies host elements, in row-major order, into this tensor; the source may be reused when the call returns.</summary>
    /// <exception cref="ArgumentException">The counts differ.</exception>
    public void CopyFrom(ReadOnlySpan<T> source)
    {
        if (source.Length != FlattenedLength)
        {
            throw new ArgumentException($"a tensor of shape {Layout} takes {FlattenedLength} elements, got {source.Length}", nameof(source));
        }

        if (!IsDense)
        {
            using var staged = Device.CreateTensor(source, Lengths, Stream);
            staged.CopyTo(this);
            return;
        }

        using var hold = new BlockHold(Block);
        Device.CopyFromHost(Block, ByteOffset, MemoryMarshal.AsBytes(source), Stream);
    }

    /// <summary>
    /// Copies elements, in row-major order, from pinned memory into this tensor and returns at once: leave the source alone until the stream
    /// has passed the copy. May be captured.
    /// </summary>
    /// <param name="source">The elements; it may be longer than the tensor.</param>
    /// <param name="stream">The stream in whose order the copy runs, such as one for copies alone; null takes the tensor's own. Work with the tensor on other streams is ordered before and after it.</param>
    /// <exception cref="ArgumentException"><paramref name="source"/> is too short or belongs to another device, or the stream does.</exception>
    /// <exception cref="ObjectDisposedException">The tensor or the buffer is disposed.</exception>
    public void CopyFrom(PinnedBuffer<T> source, CudaStream? stream = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        var from = source.Block;
        if (source.Device != Device)
        {
            throw new ArgumentException($"the buffer belongs to {source.Device.Id}, the tensor to {Device.Id}", nameof(source));
        }

        if (source.Length < FlattenedLength)
        {
            throw new ArgumentException($"a tensor of shape {Layout} takes {FlattenedLength} elements, got {source.Length}", nameof(source));
        }

        stream ??= Stream;
        if (!IsDense)
        {
            using var staged = Device.Create<T>(TensorLayout.Dense(Lengths), stream);
            staged.CopyFrom(source, stream);
            staged.CopyTo(this);
            return;
        }

        Device.CopyBetween(Block, ByteOffset, from, 0, (nuint)FlattenedLength * (nuint)ElementType<T>.Size, stream);
    }

    /// <summary>Copies the elements into another tensor of the same shape, on any device and with any strides, in stream order.</summary>
    /// <exception cref="ArgumentException">The shapes differ, or the tensors partly overlap.</exception>
    public void CopyTo(DeviceTensor<T> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (!Layout.HasLengths(destination.Lengths))
        {
            throw new ArgumentException($"shape {Layout} cannot be copied to {destination.Layout}", nameof(destination));
        }

        if (destination.Device != Device)
        {
            destination.CopyFrom(ToArray());
            return;
        }

        TensorOperations.Copy(this, destination);
    }

    /// <summary>A dense copy on <paramref name="device"/> (null: this one).</summary>
    public DeviceTensor<T> Clone(ComputeDevice? device = null)
    {
        device ??= Device;
        using var copy = new PendingTensor<T>(device.Create<T>(TensorLayout.Dense(Lengths), device == Device ? Stream : null));
        CopyTo(copy.Tensor);
        return copy.Complete();
    }
}
