namespace CudaKernels;

/// <summary>A tensor's rows, along its last dimension, cut into blocks that have a scale each; as many scales stand in memory, row by row.</summary>
/// <param name="Rows">Rows of the tensor.</param>
/// <param name="Columns">The length of one.</param>
/// <param name="Height">Rows of a block: 1 or 128.</param>
internal readonly record struct ScaleBlocks(nint Rows, nint Columns, int Height)
{
    /// <summary>Columns of a block: kScaleBlock in kernels/common/block_scales.cuh.</summary>
    public const int Length = 128;

    /// <summary>Rows of blocks.</summary>
    public nint Down => Count(Rows, Height);

    /// <summary>Blocks of a row.</summary>
    public nint Across => Count(Columns, Length);

    /// <summary>The blocks of a tensor.</summary>
    /// <exception cref="ArgumentException">The tensor has no rows, or is no matrix where blocks are made of several.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such scaling.</exception>
    public static ScaleBlocks Of(TensorLayout layout, BlockScaling scaling) => scaling switch
    {
        BlockScaling.Block1x128 when layout.Rank >= 1 => new(TensorLayout.CountOf(layout.Lengths[..^1]), layout.Lengths[^1], 1),
        BlockScaling.Block128x128 when layout.Rank == 2 => new(layout.Lengths[0], layout.Lengths[1], Length),
        BlockScaling.Block1x128 or BlockScaling.Block128x128 => throw new ArgumentException($"{scaling} takes {(scaling == BlockScaling.Block1x128 ? "one dimension or more" : "a matrix")}, got shape {layout}", nameof(layout)),
        _ => throw new ArgumentOutOfRangeException(nameof(scaling), scaling, "not a scaling"),
    };

    /// <summary>The shape of the scales of a tensor that <see cref="Of"/> takes.</summary>
    /// <param name="layout">The tensor's.</param>
    /// <param name="lengths">Room for it.</param>
    public ReadOnlySpan<nint> ScaleLengths(TensorLayout layout, Span<nint> lengths)
    {
        layout.Lengths.CopyTo(lengths);
        if (Height > 1)
        {
            lengths[0] = Down;
        }

        lengths[layout.Rank - 1] = Across;
        return lengths[..layout.Rank];
    }

    private static nint Count(nint length, int each) => (length + each - 1) / each;
}
