namespace CudaKernels;

/// <summary>How a tensor map moves its tiles.</summary>
public sealed record TensorMapOptions
{
    /// <summary>The options of a map that names none.</summary>
    public static TensorMapOptions Default { get; } = new();

    /// <summary>How rows lie in shared memory; none unless told. The innermost extent of the tile must not exceed the width of the swizzle.</summary>
    public TensorMapSwizzle Swizzle { get; init; }

    /// <summary>Whether channels lie in slices; none unless told.</summary>
    public TensorMapInterleave Interleave { get; init; }

    /// <summary>How much the L2 cache fetches at once; 256 bytes unless told.</summary>
    public TensorMapL2Promotion L2Promotion { get; init; } = TensorMapL2Promotion.Bytes256;

    /// <summary>What a load puts beyond the tensor; zeros unless told.</summary>
    public TensorMapFill Fill { get; init; }

    /// <summary>The step along each dimension, outermost first, from 1 to 8; empty for 1 everywhere. Of a box of b elements with step s a load brings ⌈b / s⌉. The innermost step is ignored by the hardware and must be 1.</summary>
    public IReadOnlyList<int> ElementStrides { get; init; } = [];
}
