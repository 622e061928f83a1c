namespace CudaKernels;

/// <summary>Lengths and strides of a tensor, in elements, outermost dimension first. Immutable and shared between views.</summary>
internal sealed class TensorLayout
{
    /// <summary>The most dimensions a tensor may have; the kernels' loop descriptors hold this many.</summary>
    public const int MaxRank = 8;

    private readonly nint[] _lengths;
    private readonly nint[] _strides;
    private Permutation? _lastPermutation;

    private TensorLayout(nint[] lengths, nint[] strides)
    {
        _lengths = lengths;
        _strides = strides;
        FlattenedLength = CountOf(lengths);
        IsDense = AreDense(lengths, strides);
    }

    public ReadOnlySpan<nint> Lengths => _lengths;

    public ReadOnlySpan<nint> Strides => _strides;

    public int Rank => _lengths.Length;

    public nint FlattenedLength { get; }

    /// <summary>Row-major without gaps: element (i, j, …) stands at the flattened index.</summary>
    public bool IsDense { get; }

    public static TensorLayout Dense(ReadOnlySpan<nint> lengths)
    {
        Validate(lengths);
        var strides = new nint[lengths.Length];
        nint stride = 1;
        for (var i = lengths.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            // Past what addresses count the tensor is empty, and no step is ever made.
            stride = (nint)Int128.Min((Int128)stride * Math.Max(lengths[i], 1), nint.MaxValue);
        }

        return new TensorLayout(lengths.ToArray(), strides);
    }

    public static TensorLayout Strided(ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides)
    {
        Validate(lengths);
        return new TensorLayout(lengths.ToArray(), strides.ToArray());
    }

    /// <summary>The number of elements of a shape; 0 where a length is 0, whatever the others.</summary>
    /// <exception cref="ArgumentException">There are more than fit an address.</exception>
    public static nint CountOf(ReadOnlySpan<nint> lengths)
    {
        if (lengths.Contains(0))
        {
            return 0;
        }

        nint count = 1;
        foreach (var length in lengths)
        {
            var next = (Int128)count * length;
            count = next <= nint.MaxValue && next >= nint.MinValue ? (nint)next : throw new ArgumentException($"a tensor of shape {Format(lengths)} has more elements than memory has addresses");
        }

        return count;
    }

    /// <summary>The dimension that <paramref name="axis"/> names; a negative axis counts from the end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The axis is outside [-rank, rank).</exception>
    public static int Axis(int axis, int rank, string parameter = "axis")
    {
        if (axis < -rank || axis >= rank)
        {
            throw new ArgumentOutOfRangeException(parameter, axis, $"an axis of a tensor of rank {rank} lies in [{-rank}, {rank})");
        }

        return axis < 0 ? axis + rank : axis;
    }

    public bool HasLengths(ReadOnlySpan<nint> lengths) => lengths.SequenceEqual(_lengths);

    /// <summary>This layout seen with more dimensions or longer ones: missing and length-1 dimensions get stride 0.</summary>
    public TensorLayout BroadcastTo(ReadOnlySpan<nint> lengths)
    {
        if (HasLengths(lengths))
        {
            return this;
        }

        var strides = new nint[lengths.Length];
        BroadcastStrides(_lengths, _strides, lengths, strides);
        return Strided(lengths, strides);
    }

    /// <summary>The strides with which a shape is read as a larger one: 0 for missing and length-1 dimensions.</summary>
    /// <param name="from">The lengths that are there.</param>
    /// <param name="steps">Their strides.</param>
    /// <param name="lengths">The lengths that are wanted.</param>
    /// <param name="strides">Gets a stride for each of <paramref name="lengths"/>.</param>
    /// <exception cref="ArgumentException">The shape cannot be broadcast.</exception>
    public static void BroadcastStrides(ReadOnlySpan<nint> from, ReadOnlySpan<nint> steps, ReadOnlySpan<nint> lengths, Span<nint> strides)
    {
        var shift = lengths.Length - from.Length;
        var fits = shift >= 0;
        for (var i = 0; i < lengths.Length && fits; i++)
        {
            var own = i - shift;
            strides[i] = own >= 0 && from[own] == lengths[i] ? steps[own] : 0;
            fits = own < 0 || from[own] == lengths[i] || from[own] == 1;
        }

        if (!fits)
        {
            throw new ArgumentException($"a tensor of shape {Format(from)} cannot be broadcast to {Format(lengths)}");
        }
    }

    /// <summary>The shape that two shapes broadcast to: aligned at the last dimension, equal or one of them 1.</summary>
    public static nint[] BroadcastLengths(TensorLayout a, TensorLayout b)
    {
        var lengths = new nint[Math.Max(a.Rank, b.Rank)];
        BroadcastLengths(a._lengths, b._lengths, lengths);
        return lengths;
    }

    /// <summary>The shape that two shapes broadcast to.</summary>
    /// <param name="a">A shape.</param>
    /// <param name="b">A shape.</param>
    /// <param name="lengths">Gets the result, of the larger rank.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void BroadcastLengths(ReadOnlySpan<nint> a, ReadOnlySpan<nint> b, Span<nint> lengths)
    {
        for (var i = 1; i <= lengths.Length; i++)
        {
            var left = i <= a.Length ? a[^i] : 1;
            var right = i <= b.Length ? b[^i] : 1;
            if (left != right && left != 1 && right != 1)
            {
                throw new ArgumentException($"shapes {Format(a)} and {Format(b)} cannot be broadcast together: {left} against {right} in dimension {lengths.Length - i}");
            }

            lengths[^i] = left == 1 ? right : left;
        }
    }

    /// <summary>The dimensions in another order: dimension i of the result is dimension <c>order[i]</c> of this layout. The last answer is kept, so that the next call for it allocates nothing.</summary>
    /// <param name="order">A permutation of 0 … rank-1, negative numbers counted from the end; empty reverses all dimensions.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public TensorLayout Permute(ReadOnlySpan<int> order)
    {
        if (order.Length != 0 && order.Length != Rank)
        {
            throw new ArgumentException($"a permutation of {Rank} dimensions is needed, got {order.Length}", nameof(order));
        }

        Span<int> from = stackalloc int[Rank];
        var (seen, key) = (0u, 0u);
        for (var i = 0; i < Rank; i++)
        {
            from[i] = order.Length == 0 ? Rank - 1 - i : Axis(order[i], Rank, nameof(order));
            if ((seen >> from[i] & 1) != 0)
            {
                throw new ArgumentException($"dimension {from[i]} stands twice in the order", nameof(order));
            }

            seen |= 1u << from[i];
            key = (key << 4) | (uint)from[i];
        }

        var known = Volatile.Read(ref _lastPermutation);
        if (known is null || known.Key != key)
        {
            known = new Permutation(key, Reordered(from));
            Volatile.Write(ref _lastPermutation, known);
        }

        return known.Layout;
    }

    /// <summary>The span of element offsets that the layout reaches, relative to its first element.</summary>
    public (nint Lowest, nint Highest) Reach()
    {
        nint lowest = 0, highest = 0;
        for (var i = 0; i < Rank; i++)
        {
            var step = (_lengths[i] - 1) * _strides[i];
            lowest += Math.Min(step, 0);
            highest += Math.Max(step, 0);
        }

        return (lowest, highest);
    }

    public static string Format(ReadOnlySpan<nint> lengths) => $"[{string.Join(", ", lengths.ToArray())}]";

    public override string ToString() => Format(_lengths);

    private TensorLayout Reordered(ReadOnlySpan<int> from)
    {
        var lengths = new nint[Rank];
        var strides = new nint[Rank];
        for (var i = 0; i < Rank; i++)
        {
            (lengths[i], strides[i]) = (_lengths[from[i]], _strides[from[i]]);
        }

        return new TensorLayout(lengths, strides);
    }

    private static void Validate(ReadOnlySpan<nint> lengths)
    {
        if (lengths.Length > MaxRank)
        {
            throw new ArgumentException($"a tensor has at most {MaxRank} dimensions, got {lengths.Length}");
        }

        foreach (var length in lengths)
        {
            if (length < 0)
            {
                throw new ArgumentException($"lengths must not be negative, got {Format(lengths)}");
            }
        }
    }

    /// <summary>Whether strides are those of a row-major tensor without gaps.</summary>
    public static bool AreDense(ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides)
    {
        nint expected = 1;
        for (var i = lengths.Length - 1; i >= 0; i--)
        {
            if (lengths[i] == 0)
            {
                return true;
            }

            if (lengths[i] != 1 && strides[i] != expected)
            {
                return lengths.Contains(0);
            }

            expected *= lengths[i];
        }

        return true;
    }

    private sealed record Permutation(uint Key, TensorLayout Layout);
}
