using System.Runtime.InteropServices;

namespace CudaKernels;

public sealed partial class DeviceTensor<T>
{
    /// <summary>Copies the elements, in row-major order, to the host when the work that makes this tensor is done; no thread waits for it.</summary>
    /// <remarks>
    /// The copy takes its place in the tensor's stream during the call: later writes to the tensor do not change what arrives, and the
    /// tensor may be disposed. It goes through pinned memory that the device keeps for that; to copy large tensors often, read into a
    /// <see cref="PinnedBuffer{T}"/>, which saves one copy on the host. On <see cref="CpuDevice"/> the task is complete at once.
    /// </remarks>
    /// <param name="destination">Where to; it may be longer than the tensor, and is the copy's until the task ends.</param>
    /// <param name="cancellationToken">Looked at before the copy is given to the stream; a copy on its way is not called back.</param>
    /// <returns>A task to await once.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="ObjectDisposedException">The tensor is disposed.</exception>
    /// <exception cref="InvalidOperationException">The stream is being captured.</exception>
    public ValueTask CopyToAsync(Memory<T> destination, CancellationToken cancellationToken = default)
    {
        RequireRoom(destination.Length, nameof(destination));
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        using var dense = TensorOperations.AsDense(this);
        var length = (int)FlattenedLength;
        if (Device is CudaDevice cuda)
        {
            return HostRead.Start(cuda, dense.Tensor.Block, dense.Tensor.ByteOffset, destination[..length], Stream);
        }

        using var hold = new BlockHold(dense.Tensor.Block);
        Device.CopyToHost(dense.Tensor.Block, dense.Tensor.ByteOffset, MemoryMarshal.AsBytes(destination.Span[..length]), Stream);
        return ValueTask.CompletedTask;
    }

    /// <summary>Copies the elements, in row-major order, to pinned memory when the work that makes this tensor is done; no thread waits for it.</summary>
    /// <remarks>The copy takes its place in the tensor's stream during the call. On <see cref="CpuDevice"/> the task is complete at once.</remarks>
    /// <param name="destination">Where to; it may be longer than the tensor, and is the copy's until the task ends.</param>
    /// <param name="cancellationToken">Looked at before the copy is given to the stream; a copy on its way is not called back.</param>
    /// <returns>A task to await once.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short, or belongs to another CUDA device.</exception>
    /// <exception cref="ObjectDisposedException">The tensor or the buffer is disposed.</exception>
    /// <exception cref="InvalidOperationException">The stream is being captured.</exception>
    public ValueTask CopyToAsync(PinnedBuffer<T> destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var target = destination.Block;
        RequireRoom(destination.Length, nameof(destination));
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        using var dense = TensorOperations.AsDense(this);
        if (Device is CudaDevice cuda)
        {
            return HostRead.Start(cuda, dense.Tensor.Block, dense.Tensor.ByteOffset, target, (nuint)FlattenedLength * (nuint)ElementType<T>.Size, Stream);
        }

        using var hold = new BlockHold(dense.Tensor.Block, target);
        Device.CopyToHost(dense.Tensor.Block, dense.Tensor.ByteOffset, MemoryMarshal.AsBytes(destination.Span[..(int)FlattenedLength]), Stream);
        return ValueTask.CompletedTask;
    }

    private void RequireRoom(int length, string parameter)
    {
        _ = Block;
        if (length < FlattenedLength)
        {
            throw new ArgumentException($"{FlattenedLength} elements do not fit into {length}", parameter);
        }
    }
}
