using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>A run of elements in device memory, without shape.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <remarks>Passes to a kernel as a pointer. Disposing it while kernels use it is safe: the memory is freed in stream order after them.</remarks>
public sealed unsafe class DeviceBuffer<T> : IDisposable where T : unmanaged
{
    private readonly CudaBlock _block;
    private int _disposed;

    internal DeviceBuffer(CudaBlock block, long length)
    {
        _block = block;
        Length = length;
    }

    /// <summary>Elements.</summary>
    public long Length { get; }

    /// <summary>The device.</summary>
    public CudaDevice Device => _block.Owner;

    /// <summary>The address, for the raw layer: the caller then keeps the buffer alive and its use in order.</summary>
    public CUdeviceptr Address => new(Block.Address);

    internal CudaBlock Block
    {
        get
        {
            if (Volatile.Read(ref _disposed) != 0)
                ThrowDisposed();
            return _block;
        }
    }

    // Bytes are how memory is held that is divided up later.
    private static PointedElement Pointed => typeof(T) == typeof(byte) ? PointedElement.None : PointedElements.Of<T>();

    /// <summary>Passes the buffer to a kernel that may read and write it. A launch compares its elements, unless they are bytes, with what the parameter points to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static implicit operator KernelArgument(DeviceBuffer<T> buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return KernelArgument.Memory(buffer.Block, 0, writes: true, Pointed);
    }

    /// <summary>Passes the buffer to a kernel that only reads it: readers on several streams do not wait for each other.</summary>
    public KernelArgument AsReadOnly() => KernelArgument.Memory(Block, 0, writes: false, Pointed);

    /// <summary>Passes the address of an element.</summary>
    /// <param name="offset">The element, from 0 to <see cref="Length"/>.</param>
    public KernelArgument At(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length);
        return KernelArgument.Memory(Block, (nuint)offset * (nuint)sizeof(T), writes: true, Pointed);
    }

    /// <summary>Copies elements from the host in stream order; the source may be reused when the call returns.</summary>
    /// <param name="source">The elements.</param>
    /// <param name="stream">The stream; null for the default stream.</param>
    /// <param name="offset">The first element that is written.</param>
    public void CopyFrom(ReadOnlySpan<T> source, CudaStream? stream = null, long offset = 0)
    {
        RequireRange(offset, source.Length);
        Device.CopyFromHost(Block, Bytes(offset), MemoryMarshal.AsBytes(source), stream);
    }

    /// <summary>Copies elements to the host and waits for them, and for nothing but that stream.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="stream">The stream; null for the default stream.</param>
    /// <param name="offset">The first element that is read.</param>
    public void CopyTo(Span<T> destination, CudaStream? stream = null, long offset = 0)
    {
        RequireRange(offset, destination.Length);
        Device.CopyToHost(Block, Bytes(offset), MemoryMarshal.AsBytes(destination), stream);
    }

    /// <summary>Copies elements to the host; no thread waits for them. The copy takes its place in the stream during the call.</summary>
    /// <param name="destination">Where to; it is the copy's until the task ends.</param>
    /// <param name="stream">The stream; null for the default stream.</param>
    /// <param name="offset">The first element that is read.</param>
    /// <param name="cancellationToken">Looked at before the copy is given to the stream; a copy on its way is not called back.</param>
    /// <returns>A task to await once.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The elements do not lie in the buffer.</exception>
    /// <exception cref="InvalidOperationException">The stream is being captured.</exception>
    public ValueTask CopyToAsync(Memory<T> destination, CudaStream? stream = null, long offset = 0, CancellationToken cancellationToken = default)
    {
        var block = Block;
        RequireRange(offset, destination.Length);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled(cancellationToken)
            : HostRead.Start(Device, block, Bytes(offset), destination, stream);
    }

    /// <summary>Copies to pinned memory, as <see cref="CopyTo(PinnedBuffer{T}, CudaStream, long)"/>, and tells the end of it; no thread waits.</summary>
    /// <param name="destination">Where to; it is the copy's until the task ends.</param>
    /// <param name="stream">The stream; null for the default stream.</param>
    /// <param name="offset">The first element that is read.</param>
    /// <param name="cancellationToken">Looked at before the copy is given to the stream; a copy on its way is not called back.</param>
    /// <returns>A task to await once.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The elements do not lie in the buffer.</exception>
    /// <exception cref="InvalidOperationException">The stream is being captured.</exception>
    public ValueTask CopyToAsync(PinnedBuffer<T> destination, CudaStream? stream = null, long offset = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var (block, target) = (Block, destination.Block);
        RequireRange(offset, destination.Length);
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled(cancellationToken)
            : HostRead.Start(Device, block, Bytes(offset), target, target.ByteCount, stream);
    }

    /// <summary>Copies from pinned memory in stream order and returns at once: leave the source alone until the stream has passed the copy. May be captured.</summary>
    public void CopyFrom(PinnedBuffer<T> source, CudaStream? stream = null, long offset = 0)
    {
        ArgumentNullException.ThrowIfNull(source);
        RequireRange(offset, source.Length);
        Device.CopyBetween(Block, Bytes(offset), source.Block, 0, source.Block.ByteCount, stream);
    }

    /// <summary>Copies to pinned memory in stream order and returns at once: the elements are there when the stream has passed the copy. May be captured.</summary>
    public void CopyTo(PinnedBuffer<T> destination, CudaStream? stream = null, long offset = 0)
    {
        ArgumentNullException.ThrowIfNull(destination);
        RequireRange(offset, destination.Length);
        Device.CopyBetween(destination.Block, 0, Block, Bytes(offset), destination.Block.ByteCount, stream);
    }

    /// <summary>Copies all elements to another buffer of the device in stream order. The buffers must have the same length.</summary>
    public void CopyTo(DeviceBuffer<T> destination, CudaStream? stream = null)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (destination.Length != Length)
            throw new ArgumentException($"the destination has {destination.Length} elements, the source {Length}", nameof(destination));
        Device.CopyBetween(destination.Block, 0, Block, 0, Bytes(Length), stream);
    }

    /// <summary>Sets every byte in stream order, to 0 unless told.</summary>
    public void Clear(CudaStream? stream = null, byte value = 0) => Device.Fill(Block, 0, Bytes(Length), value, stream);

    /// <summary>Sets elements to a value in stream order. May be captured.</summary>
    /// <remarks>
    /// The driver sets values whose bytes repeat after 1, 2 or 4: those of these sizes, and 0 of any. What repeats after 8 bytes, such as a double or a long, is
    /// written by a kernel, which is compiled at its first use.
    /// </remarks>
    /// <param name="value">The value.</param>
    /// <param name="stream">The stream; null for the default stream.</param>
    /// <param name="offset">The first element that is set.</param>
    /// <param name="count">How many elements; null for all from there on.</param>
    /// <exception cref="ArgumentOutOfRangeException">The elements do not lie in the buffer.</exception>
    /// <exception cref="NotSupportedException">The bytes of the value do not repeat after 8 or fewer.</exception>
    public void Fill(T value, CudaStream? stream = null, long offset = 0, long? count = null)
    {
        var block = Block;
        var length = count ?? Length - offset;
        ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(count));
        RequireRange(offset, length);
        var bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value));
        switch (Period(bytes))
        {
            case 1:
                Device.Fill(block, Bytes(offset), Bytes(length), bytes[0], 1, stream);
                break;
            case 2:
                Device.Fill(block, Bytes(offset), Bytes(length), MemoryMarshal.Read<ushort>(bytes), 2, stream);
                break;
            case 4:
                Device.Fill(block, Bytes(offset), Bytes(length), MemoryMarshal.Read<uint>(bytes), 4, stream);
                break;
            case 8:
                TensorOperations.FillWords(Device, KernelArgument.Memory(block, Bytes(offset), writes: true), (long)Bytes(length) / 8, MemoryMarshal.Read<long>(bytes), stream);
                break;
            default:
                throw new NotSupportedException($"a fill sets values whose bytes repeat after 1, 2, 4 or 8, and those of this {typeof(T).Name} of {sizeof(T)} bytes do not: copy elements from the host, or write them by a kernel");
        }
    }

    /// <summary>The elements as an array; waits for the stream.</summary>
    public T[] ToArray(CudaStream? stream = null)
    {
        var host = GC.AllocateUninitializedArray<T>(checked((int)Length));
        CopyTo(host.AsSpan(), stream);
        return host;
    }

    /// <summary>Gives the memory up.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _block.Release();
    }

    /// <summary>Names the buffer.</summary>
    public override string ToString() => $"DeviceBuffer<{typeof(T).Name}>[{Length}] on {Device.Id}";

    private static nuint Bytes(long elements) => (nuint)elements * (nuint)Unsafe.SizeOf<T>();

    /// <summary>After how many bytes a value repeats, of those that a fill can set; 0 for none of them.</summary>
    private static int Period(ReadOnlySpan<byte> value)
    {
        for (var period = 1; period <= 8; period *= 2)
        {
            if (value.Length % period == 0 && value[period..].SequenceEqual(value[..^period]))
                return period;
        }

        return 0;
    }

    private void RequireRange(long offset, long count)
    {
        if (offset < 0 || count > Length - offset)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"{count} elements at {offset} do not lie in a buffer of {Length}");
    }

    [DoesNotReturn]
    private void ThrowDisposed() => throw new ObjectDisposedException(ToString());
}
