using System.Diagnostics.CodeAnalysis;

namespace CudaKernels;

/// <summary>A tensor of <typeparamref name="T"/> in the memory of one device: a shape over a leased block of memory.</summary>
/// <remarks>
/// Views (slices, permutations, broadcasts) share the block and keep it alive; each is disposed on its own. Elements of a
/// dense tensor stand in row-major order. A tensor may be used from many threads; its operations run in the order in which
/// they were given, on <see cref="Stream"/>.
/// </remarks>
/// <typeparam name="T">float, double, <see cref="Half"/>, <see cref="BFloat16"/>, sbyte, byte, int, long, bool, <see cref="Float8E4M3"/> or <see cref="Float8E5M2"/>.</typeparam>
public sealed partial class DeviceTensor<T> : IDisposable, IScopedTensor where T : unmanaged
{
    private MemoryBlock? _block;

    internal DeviceTensor(MemoryBlock block, nint offset, TensorLayout layout, CudaStream? stream)
    {
        _block = block;
        Device = block.Device;
        Offset = offset;
        Layout = layout;
        Stream = stream;
        TensorScope.Adopt(Device, this);
    }

    /// <summary>The device that holds the elements.</summary>
    public ComputeDevice Device { get; }

    /// <summary>The stream on which operations that write this tensor run, fixed at creation; null on <see cref="CpuDevice"/>.</summary>
    public CudaStream? Stream { get; }

    /// <summary>The length of each dimension, outermost first.</summary>
    public ReadOnlySpan<nint> Lengths => Layout.Lengths;

    /// <summary>The distance, in elements, between neighbours along each dimension; 0 where a dimension is broadcast.</summary>
    public ReadOnlySpan<nint> Strides => Layout.Strides;

    /// <summary>The number of dimensions; 0 for a scalar.</summary>
    public int Rank => Layout.Rank;

    /// <summary>The number of elements.</summary>
    public nint FlattenedLength => Layout.FlattenedLength;

    /// <summary>Whether there are no elements.</summary>
    public bool IsEmpty => FlattenedLength == 0;

    /// <summary>Whether the elements stand in row-major order without gaps.</summary>
    public bool IsDense => Layout.IsDense;

    /// <summary>Whether <see cref="Dispose"/> was called.</summary>
    public bool IsDisposed => Volatile.Read(ref _block) is null;

    TensorScope? IScopedTensor.Scope { get; set; }

    internal TensorLayout Layout { get; }

    /// <summary>The first element's index in the block.</summary>
    internal nint Offset { get; }

    /// <summary>The block of memory.</summary>
    /// <exception cref="ObjectDisposedException">The tensor is disposed.</exception>
    internal MemoryBlock Block
    {
        get
        {
            var block = Volatile.Read(ref _block);
            if (block is null)
            {
                ThrowDisposed();
            }

            return block;
        }
    }

    internal nuint ByteOffset => (nuint)Offset * (nuint)ElementType<T>.Size;

    /// <summary>Gives up this tensor's hold on its memory, which is freed when no view and no running call holds it any more.</summary>
    public void Dispose()
    {
        var block = Interlocked.Exchange(ref _block, null);
        if (block is not null)
        {
            TensorScope.Forget(this);
            ReleaseKernelView();
            block.Release();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"DeviceTensor<{typeof(T).Name}>{Layout} on {Device.Id}";

    /// <summary>Passes the tensor to a kernel as a pointer to its first element, which a launch compares with what the parameter points to.</summary>
    /// <exception cref="ArgumentException">The tensor is strided: pass a dense copy.</exception>
    public static implicit operator KernelArgument(DeviceTensor<T> tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!tensor.IsDense)
        {
            throw new ArgumentException($"{tensor.DescribeStrides()} cannot be passed to a kernel as a plain pointer; pass AsKernelView() or a dense copy");
        }

        return KernelArgument.Memory(tensor.Block, tensor.ByteOffset, writes: true, PointedElements.Of<T>());
    }

    /// <summary>The kernel argument of a tensor that the kernel only reads: reads do not wait for other reads.</summary>
    internal KernelArgument Input => KernelArgument.Memory(Block, ByteOffset, writes: false);

    /// <summary>The kernel argument of a tensor that the kernel writes.</summary>
    internal KernelArgument Output => KernelArgument.Memory(Block, ByteOffset, writes: true);

    /// <summary>The kernel argument of the element that lies <paramref name="elements"/> after the first.</summary>
    internal KernelArgument At(long elements, bool writes) => KernelArgument.Memory(Block, ByteOffset + ((nuint)elements * (nuint)ElementType<T>.Size), writes);

    internal void RequireDense(string? parameter = null)
    {
        if (!IsDense)
        {
            throw new ArgumentException($"a dense tensor is needed here, got {DescribeStrides()}: give a dense one, and copy from or to it with CopyTo", parameter);
        }
    }

    private string DescribeStrides() => $"a strided tensor (lengths {Layout}, strides {TensorLayout.Format(Strides)})";

    [DoesNotReturn]
    private static void ThrowDisposed() => throw new ObjectDisposedException(nameof(DeviceTensor<T>), "the tensor is disposed, by itself or with the TensorScope that owned it (Keep and Own take tensors out of scopes): its memory may belong to another tensor by now");
}
