using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>A tensor [outer, length, inner] of which an index names <paramref name="Count"/> places along the middle dimension.</summary>
internal readonly record struct IndexShape(nint Outer, nint Length, nint Count, nint Inner)
{
    /// <summary>Elements of a tensor [outer, count, inner].</summary>
    public nint Selected => Outer * Count * Inner;

    /// <summary>The tensor's dimensions before, at and after an axis.</summary>
    public static IndexShape Of(TensorLayout layout, int axis, nint count) =>
        new(TensorLayout.CountOf(layout.Lengths[..axis]), layout.Lengths[axis], count, TensorLayout.CountOf(layout.Lengths[(axis + 1)..]));

    /// <summary>A tensor's shape with one dimension replaced by those of an index.</summary>
    /// <param name="layout">The tensor's shape.</param>
    /// <param name="axis">The dimension.</param>
    /// <param name="index">The shape of the index.</param>
    /// <param name="room">Where the result stands, of <see cref="TensorLayout.MaxRank"/> lengths.</param>
    /// <exception cref="ArgumentException">The result would have too many dimensions.</exception>
    public static ReadOnlySpan<nint> Replaced(TensorLayout layout, int axis, TensorLayout index, Span<nint> room)
    {
        var rank = layout.Rank - 1 + index.Rank;
        if (rank > TensorLayout.MaxRank)
        {
            throw new ArgumentException($"an index of shape {index} into shape {layout} gives {rank} dimensions, {TensorLayout.MaxRank} at most are possible", nameof(index));
        }

        layout.Lengths[..axis].CopyTo(room);
        index.Lengths.CopyTo(room[axis..]);
        layout.Lengths[(axis + 1)..].CopyTo(room[(axis + index.Rank)..]);
        return room[..rank];
    }

    /// <summary>The CUDA types of a kernel over elements and indices, after a look at the indices' type.</summary>
    /// <exception cref="ArgumentException">The indices are neither int nor long.</exception>
    public static KernelTypes Types<TIndex>(ElementKind element) where TIndex : unmanaged, IBinaryInteger<TIndex> =>
        ElementType<TIndex>.Kind is ElementKind.Int32 or ElementKind.Int64
            ? new KernelTypes(element, ElementType<TIndex>.Kind)
            : throw new ArgumentException($"indices are int or long, got {typeof(TIndex).Name}", "indices");

    /// <summary>Both index types for each of the element kinds.</summary>
    public static IEnumerable<KernelTypes> Combinations(IReadOnlyList<ElementKind> elements) =>
        from element in elements from index in (ElementKind[])[ElementKind.Int32, ElementKind.Int64] select new KernelTypes(element, index);

    /// <summary>Refuses an index outside [<paramref name="lowest"/>, <paramref name="length"/>), which only the host can do: kernels answer with NaN or 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index names nothing.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void RequireInside<TIndex>(ReadOnlySpan<TIndex> indices, nint length, long lowest = 0) where TIndex : unmanaged, IBinaryInteger<TIndex>
    {
        for (var i = 0; i < indices.Length; i++)
        {
            var index = long.CreateTruncating(indices[i]);
            if (index < lowest || index >= length)
            {
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"element {i} of the indices is outside [{lowest}, {length})");
            }
        }
    }
}
