namespace CudaKernels;

public sealed partial class DeviceTensor<T>
{
    /// <summary>The same elements under another shape; one length may be -1 and is then computed.</summary>
    /// <param name="lengths">The new lengths, with the same number of elements.</param>
    /// <returns>A view that shares the memory.</returns>
    /// <exception cref="ArgumentException">The counts differ, or the tensor is not dense.</exception>
    public DeviceTensor<T> Reshape(params ReadOnlySpan<nint> lengths)
    {
        if (!IsDense)
        {
            throw new ArgumentException($"only a dense tensor can be reshaped; this one has lengths {Layout} and strides {TensorLayout.Format(Strides)}: copy it first");
        }

        var wanted = lengths.ToArray();
        var hole = Array.IndexOf(wanted, -1);
        if (hole >= 0)
        {
            wanted[hole] = 1;
            var rest = TensorLayout.CountOf(wanted);
            wanted[hole] = rest == 0 ? 0 : FlattenedLength / rest;
        }

        var layout = TensorLayout.Dense(wanted);
        return layout.FlattenedLength == FlattenedLength
            ? View(Offset, layout)
            : throw new ArgumentException($"{FlattenedLength} elements of shape {Layout} cannot be reshaped to {TensorLayout.Format(lengths)}");
    }

    /// <summary>A rectangular part.</summary>
    /// <param name="ranges">One range per dimension; missing ones take the whole dimension.</param>
    /// <returns>A view that shares the memory.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A range leaves its dimension.</exception>
    public DeviceTensor<T> Slice(params ReadOnlySpan<Range> ranges)
    {
        if (ranges.Length > Rank)
        {
            throw new ArgumentException($"{ranges.Length} ranges given for a tensor of rank {Rank}", nameof(ranges));
        }

        var lengths = Lengths.ToArray();
        var offset = Offset;
        for (var i = 0; i < ranges.Length; i++)
        {
            var start = At(ranges[i].Start, Lengths[i]);
            var end = At(ranges[i].End, Lengths[i]);
            if (start < 0 || end > Lengths[i] || start > end)
            {
                throw new ArgumentOutOfRangeException(nameof(ranges), ranges[i].ToString(), $"the range leaves dimension {i} of length {Lengths[i]}");
            }

            lengths[i] = end - start;
            offset += start * Strides[i];
        }

        return View(offset, TensorLayout.Strided(lengths, Strides));

        static nint At(Index index, nint length) => index.IsFromEnd ? length - index.Value : index.Value;
    }

    /// <summary>The dimensions in another order: dimension i of the result is dimension <c>order[i]</c> of this tensor.</summary>
    /// <param name="order">A permutation of 0 … rank-1; empty reverses all dimensions.</param>
    /// <returns>A view that shares the memory; <see cref="TensorOperations"/> copies it to a dense tensor.</returns>
    /// <exception cref="ArgumentException"><paramref name="order"/> is no permutation of the dimensions.</exception>
    public DeviceTensor<T> PermuteDimensions(params ReadOnlySpan<int> order) => View(Offset, Layout.Permute(order));

    /// <summary>The last two dimensions exchanged, as a view.</summary>
    /// <exception cref="InvalidOperationException">The rank is below 2.</exception>
    public DeviceTensor<T> TransposeView() => View(Offset, TransposedLayout());

    /// <summary>The layout with the last two dimensions exchanged.</summary>
    internal TensorLayout TransposedLayout()
    {
        if (Rank < 2)
        {
            throw new InvalidOperationException($"a transpose needs two dimensions, this tensor has {Rank}");
        }

        Span<int> order = stackalloc int[Rank];
        for (var i = 0; i < Rank; i++)
        {
            order[i] = i;
        }

        (order[^1], order[^2]) = (order[^2], order[^1]);
        return Layout.Permute(order);
    }

    /// <summary>The tensor repeated along new or length-1 dimensions without copying (stride 0). Such a view is read-only.</summary>
    /// <exception cref="ArgumentException">The shape cannot be broadcast to <paramref name="lengths"/>.</exception>
    public DeviceTensor<T> BroadcastTo(params ReadOnlySpan<nint> lengths) => View(Offset, Layout.BroadcastTo(lengths));

    /// <summary>A view with a dimension of length 1 put in before <paramref name="axis"/> (which may equal the rank).</summary>
    public DeviceTensor<T> Unsqueeze(int axis)
    {
        var at = axis == Rank ? Rank : TensorLayout.Axis(axis, Rank + 1);
        List<nint> lengths = [.. Lengths], strides = [.. Strides];
        lengths.Insert(at, 1);
        strides.Insert(at, at < Rank ? Lengths[at] * Strides[at] : 1);
        return View(Offset, TensorLayout.Strided([.. lengths], [.. strides]));
    }

    /// <summary>A view without the dimension <paramref name="axis"/>, which must have length 1.</summary>
    public DeviceTensor<T> Squeeze(int axis)
    {
        var at = TensorLayout.Axis(axis, Rank);
        if (Lengths[at] != 1)
        {
            throw new ArgumentException($"dimension {at} has length {Lengths[at]}, only a length of 1 can be squeezed out", nameof(axis));
        }

        List<nint> lengths = [.. Lengths], strides = [.. Strides];
        lengths.RemoveAt(at);
        strides.RemoveAt(at);
        return View(Offset, TensorLayout.Strided([.. lengths], [.. strides]));
    }

    internal DeviceTensor<T> View(nint offset, TensorLayout layout)
    {
        var block = Block;
        if (!block.TryAcquire())
        {
            ThrowDisposed();
        }

        return new DeviceTensor<T>(block, offset, layout, Stream);
    }
}
