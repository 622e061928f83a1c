namespace CudaKernels;

/// <summary>Lengths and strides of a tensor, in elements, outermost dimension first. Immutable and shared between views.</summary>
internal sealed class TensorLayout
{
    /// <summary>The most dimensions a tensor may have; the kernels' loop descriptors hold this many.</summary>
    public const int MaxRank = 8;

    private readonly nint[] _lengths;
    private readonly nint[] _strides;

    private TensorLayout(nint[] lengths, nint[] strides)
    {
        _lengths = lengths;
        _strides = strides;
        FlattenedLength = CountOf(lengths);
        IsDense = ComputeIsDense();
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
            stride *= Math.Max(lengths[i], 1);
        }

        return new TensorLayout(lengths.ToArray(), strides);
    }

    public static TensorLayout Strided(ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides)
    {
        Validate(lengths);
        return new TensorLayout(lengths.ToArray(), strides.ToArray());
    }

    /// <summary>The number of elements of a shape.</summary>
    /// <exception cref="ArgumentException">There are more than fit an address.</exception>
    public static nint CountOf(ReadOnlySpan<nint> lengths)
    {
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
        var shift = lengths.Length - Rank;
        for (var i = 0; i < lengths.Length; i++)
        {
            var own = i - shift;
            if (own < 0)
            {
                continue;
            }

            if (_lengths[own] == lengths[i])
            {
                strides[i] = _strides[own];
            }
            else if (_lengths[own] != 1)
            {
                shift = -1;
                break;
            }
        }

        if (shift < 0)
        {
            throw new ArgumentException($"a tensor of shape {this} cannot be broadcast to {Format(lengths)}");
        }

        return Strided(lengths, strides);
    }

    /// <summary>The shape that two shapes broadcast to: aligned at the last dimension, equal or one of them 1.</summary>
    public static nint[] BroadcastLengths(TensorLayout a, TensorLayout b)
    {
        var rank = Math.Max(a.Rank, b.Rank);
        var lengths = new nint[rank];
        for (var i = 1; i <= rank; i++)
        {
            var left = i <= a.Rank ? a._lengths[^i] : 1;
            var right = i <= b.Rank ? b._lengths[^i] : 1;
            if (left != right && left != 1 && right != 1)
            {
                throw new ArgumentException($"shapes {a} and {b} cannot be broadcast together: {left} against {right} in dimension {rank - i}");
            }

            lengths[^i] = left == 1 ? right : left;
        }

        return lengths;
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

    private bool ComputeIsDense()
    {
        nint expected = 1;
        for (var i = Rank - 1; i >= 0; i--)
        {
            if (_lengths[i] == 0)
            {
                return true;
            }

            if (_lengths[i] != 1 && _strides[i] != expected)
            {
                return FlattenedLength == 0;
            }

            expected *= _lengths[i];
        }

        return true;
    }
}
