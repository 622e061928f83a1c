namespace CudaKernels;

/// <summary>A tensor as an elementwise loop sees it, free of its element type.</summary>
internal readonly struct ElementwiseOperand(ComputeDevice device, CudaStream? stream, MemoryBlock block, nuint byteOffset, TensorLayout layout, int elementSize)
{
    public ComputeDevice Device { get; } = device;

    public CudaStream? Stream { get; } = stream;

    public MemoryBlock Block { get; } = block;

    public nuint ByteOffset { get; } = byteOffset;

    public TensorLayout Layout { get; } = layout;

    public int ElementSize { get; } = elementSize;

    public bool IsUsed => Block is not null;

    public static ElementwiseOperand Of<T>(DeviceTensor<T> tensor) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return new(tensor.Device, tensor.Stream, tensor.Block, tensor.ByteOffset, tensor.Layout, ElementType<T>.Size);
    }

    /// <summary>The same elements seen through another layout.</summary>
    public ElementwiseOperand With(TensorLayout layout) => new(Device, Stream, Block, ByteOffset, layout, ElementSize);

    /// <summary>The strides with which the operand is read in the shape of the destination.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="room">Where they stand if they are not the operand's own.</param>
    public ReadOnlySpan<nint> BroadcastStrides(TensorLayout destination, Span<nint> room)
    {
        if (Layout.HasLengths(destination.Lengths))
        {
            return Layout.Strides;
        }

        TensorLayout.BroadcastStrides(Layout.Lengths, Layout.Strides, destination.Lengths, room);
        return room[..destination.Rank];
    }

    public KernelArgument Argument(bool writes) => KernelArgument.Memory(Block, ByteOffset, writes);

    public unsafe byte* Pointer => (byte*)Block.Address + ByteOffset;

    /// <summary>Refuses an input that overlaps the destination without lying exactly on it: its elements would change while they are read.</summary>
    public void RefusePartialOverlap(in ElementwiseOperand destination) => RefusePartialOverlap(destination, Layout.Strides);

    /// <summary>As <see cref="RefusePartialOverlap(in ElementwiseOperand)"/>, for an input that is read with other strides than its own.</summary>
    public void RefusePartialOverlap(in ElementwiseOperand destination, ReadOnlySpan<nint> strides)
    {
        if (!Overlaps(destination))
        {
            return;
        }

        var samePlace = ByteOffset == destination.ByteOffset && ElementSize == destination.ElementSize;
        var sameSteps = strides.SequenceEqual(destination.Layout.Strides) || (destination.Layout.IsDense && TensorLayout.AreDense(destination.Layout.Lengths, strides));
        if (!samePlace || !sameSteps)
        {
            throw new ArgumentException("the destination partly overlaps an input; it must be the same elements or none of them");
        }
    }

    /// <summary>Whether two operands may have an element in common: they reach over a common range of memory, and no distance parts them as the width of a matrix parts its columns.</summary>
    public bool Overlaps(in ElementwiseOperand other)
    {
        if (Block != other.Block || Layout.FlattenedLength == 0 || other.Layout.FlattenedLength == 0)
        {
            return false;
        }

        var (low, high) = Range();
        var (otherLow, otherHigh) = other.Range();
        return low < otherHigh && otherLow < high && !IsParted(this, other, Layout.Strides) && !IsParted(other, this, other.Layout.Strides);
    }

    /// <summary>Whether one of the strides of <paramref name="a"/> is a period in which each of two operands keeps to a part of its own.</summary>
    private static bool IsParted(in ElementwiseOperand a, in ElementwiseOperand b, ReadOnlySpan<nint> strides)
    {
        foreach (var stride in strides)
        {
            var period = nint.Abs(stride) * a.ElementSize;
            if (period == 0)
            {
                continue;
            }

            var (begin, width) = a.Within(period);
            var (otherBegin, otherWidth) = b.Within(period);
            var distance = ((otherBegin - begin) % period + period) % period;
            if (distance >= width && distance + otherWidth <= period)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The bytes that the operand reaches without the steps that are multiples of a period.</summary>
    private (nint Begin, nint Width) Within(nint period)
    {
        var (begin, width) = ((nint)ByteOffset, (nint)ElementSize);
        for (var i = 0; i < Layout.Rank; i++)
        {
            var step = Layout.Strides[i] * ElementSize;
            if (step % period != 0)
            {
                var reach = (Layout.Lengths[i] - 1) * step;
                begin += nint.Min(reach, 0);
                width += nint.Abs(reach);
            }
        }

        return (begin, width);
    }

    private (nint Low, nint High) Range()
    {
        var (lowest, highest) = Layout.Reach();
        return ((nint)ByteOffset + (lowest * ElementSize), (nint)ByteOffset + ((highest + 1) * ElementSize));
    }
}
