using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>Strides of a tensor of heads, in elements: <c>RotaryStrides</c> of kernels/attention/rotary_embedding.cu.</summary>
internal struct RotaryStrides
{
    public long Batch;
    public long Head;
    public long Token;
    public long Column;

    /// <summary>Reads them off [batch, heads, tokens, width] or, of one batch, [tokens, heads, width].</summary>
    public static RotaryStrides Of(TensorLayout layout)
    {
        var s = layout.Strides;
        return layout.Rank == 4
            ? new RotaryStrides { Batch = s[0], Head = s[1], Token = s[2], Column = s[3] }
            : new RotaryStrides { Token = s[0], Head = s[1], Column = s[2] };
    }

    /// <summary>Whether every row begins at a multiple of so many elements from the first one, and is a run of consecutive elements.</summary>
    public readonly bool ArePacked(int elements) => Column == 1 && Batch % elements == 0 && Head % elements == 0 && Token % elements == 0;
}

/// <summary>A rotary embedding as its kernels take it, by value: <c>Rotary</c> of kernels/attention/rotary_embedding.cu.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RotaryShape
{
    public long Items;
    public long Groups;
    public long Parts;
    public long Turning;
    public long Heads;
    public long Tokens;
    public long Width;
    public long Pairs;
    public long Angles;
    public long Offset;
    public long PositionBatch;
    public long PositionToken;
    public RotaryStrides X;
    public RotaryStrides Y;
    public int Interleaved;
    public int HasPositions;

    /// <summary>Reads the shape off the tensors, a row of one head as an item.</summary>
    /// <exception cref="ArgumentException">Shapes or types do not fit each other, or the tables have too few positions.</exception>
    public static RotaryShape Of<T, TAngle>(
        DeviceTensor<T> x, DeviceTensor<TAngle> cosines, DeviceTensor<TAngle> sines, DeviceTensor<T> destination, DeviceTensor<long>? positions, long offset, bool isInterleaved)
        where T : unmanaged
        where TAngle : unmanaged
    {
        RequireHeads(x);
        var tokens = x.Rank == 4 ? x.Lengths[2] : x.Lengths[0];
        RequireTables(x, cosines, sines);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var shape = new RotaryShape
        {
            Groups = x.Lengths[1],
            Parts = 1,
            Heads = x.Lengths[1],
            Tokens = tokens,
            Items = (x.Rank == 4 ? x.Lengths[0] : 1) * tokens * x.Lengths[1],
            Width = x.Lengths[^1],
            Pairs = cosines.Lengths[1],
            Angles = cosines.Lengths[0],
            Offset = offset,
            X = RotaryStrides.Of(x.Layout),
            Y = RotaryStrides.Of(destination.Layout),
            Interleaved = isInterleaved ? 1 : 0,
            HasPositions = positions is null ? 0 : 1,
        };
        if (positions is not null)
        {
            Span<nint> strides = stackalloc nint[2];
            TensorLayout.BroadcastStrides(positions.Lengths, positions.Strides, [x.Rank == 4 ? x.Lengths[0] : 1, tokens], strides);
            (shape.PositionBatch, shape.PositionToken) = (strides[0], strides[1]);
        }
        else if (shape.Items != 0 && offset > shape.Angles - tokens)
        {
            throw new ArgumentException($"{tokens} tokens from position {offset} on need tables of {(Int128)offset + tokens} positions, got shape {cosines.Layout}", nameof(cosines));
        }

        return shape;
    }

    /// <summary>The same work in packs: a thread turns one pack of each row, or two that lie a half apart, with eight packs in all.</summary>
    /// <param name="elements">Elements of a pack.</param>
    public readonly RotaryShape InPacks(int elements) => Interleaved != 0 ? Cut(elements, 8) : Cut(2 * elements, 4);

    /// <summary>The same work in pairs of elements, of four heads a thread.</summary>
    public readonly RotaryShape InPairs() => Cut(2, 4);

    /// <summary>Whether packs of so many elements make up the rows of both tensors, the pairs and what is copied.</summary>
    public readonly bool ArePacks(int elements) =>
        Width % elements == 0 && Pairs * (Interleaved != 0 ? 2 : 1) % elements == 0 && X.ArePacked(elements) && Y.ArePacked(elements);

    /// <summary>Where an item of one row stands.</summary>
    public readonly (long Batch, long Head, long Token) Place(long item)
    {
        var (row, head) = Math.DivRem(item, Heads);
        var (batch, token) = Math.DivRem(row, Tokens);
        return (batch, head, token);
    }

    /// <summary>The row of the tables for a token.</summary>
    /// <param name="positions">The positions, or null.</param>
    /// <param name="batch">The token's batch.</param>
    /// <param name="token">The token.</param>
    public readonly unsafe long Angle(long* positions, long batch, long token) => unchecked((positions is null ? token : positions[(batch * PositionBatch) + (token * PositionToken)]) + Offset);

    /// <summary>Refuses positions that the tables do not have, which only the host can do: kernels answer with NaN.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is one.</exception>
    public readonly unsafe void RequirePositions(long* positions)
    {
        for (long item = 0; item < Items; item += Heads)
        {
            var (batch, _, token) = Place(item);
            var angle = Angle(positions, batch, token);
            if (angle < 0 || angle >= Angles)
            {
                throw new ArgumentOutOfRangeException(nameof(positions), angle - Offset, $"the position of token {token} of batch {batch}, with the offset {Offset}, is outside [0, {Angles}) of the tables");
            }
        }
    }

    /// <summary>The same work cut into parts of so many elements of a row, of so many heads at once.</summary>
    private readonly RotaryShape Cut(int part, int heads)
    {
        var cut = this;
        cut.Turning = 2 * Pairs / part;
        cut.Parts = cut.Turning + ((Width - (2 * Pairs) + part - 1) / part);
        cut.Groups = (Heads + heads - 1) / heads;
        cut.Items = Items / Heads * cut.Groups * cut.Parts;
        return cut;
    }

    private static void RequireHeads<T>(DeviceTensor<T> x) where T : unmanaged
    {
        if (x.Rank is not (3 or 4))
        {
            throw new ArgumentException($"a rotary embedding takes [batch, heads, tokens, width], or [tokens, heads, width] of packed sequences, got shape {x.Layout}", nameof(x));
        }
    }

    private static void RequireTables<T, TAngle>(DeviceTensor<T> x, DeviceTensor<TAngle> cosines, DeviceTensor<TAngle> sines) where T : unmanaged where TAngle : unmanaged
    {
        var type = typeof(T) == typeof(double) ? typeof(double) : typeof(float);
        if (typeof(TAngle) != type)
        {
            throw new ArgumentException($"the cosines and sines of {typeof(T).Name} tensors are {(type == typeof(double) ? "double" : "float")}, got {typeof(TAngle).Name}", nameof(cosines));
        }

        if (cosines.Rank != 2 || cosines.Lengths[1] > x.Lengths[^1] / 2)
        {
            throw new ArgumentException($"cosines for heads of {x.Lengths[^1]} columns are [positions, pairs] with {x.Lengths[^1] / 2} pairs at most, got shape {cosines.Layout}", nameof(cosines));
        }

        TensorOperations.RequireShape(sines, cosines.Layout, nameof(sines));
    }
}
