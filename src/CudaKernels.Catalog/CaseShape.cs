namespace CudaKernels.Catalog;

/// <summary>How the inputs and outputs of a case lie in memory.</summary>
public enum CaseLayout
{
    /// <summary>Row-major from the start of an allocation.</summary>
    Dense,
    /// <summary>Row-major, one element past the start: 16-byte accesses are not aligned.</summary>
    Unaligned,
    /// <summary>A view with gaps between the rows and the last two dimensions exchanged in memory where there are two.</summary>
    Strided,
}

/// <summary>The size of one case: lengths that each operation reads in its own way, and the memory layout.</summary>
/// <param name="Lengths">The lengths; for most operations those of the input.</param>
/// <param name="Layout">How the tensors lie in memory.</param>
public sealed record CaseShape(nint[] Lengths, CaseLayout Layout)
{
    /// <summary>A dense case of the given lengths.</summary>
    public CaseShape(params ReadOnlySpan<nint> lengths)
        : this(lengths.ToArray(), CaseLayout.Dense)
    {
    }

    /// <summary>
    /// Shapes for elementwise operations: empty, one, ragged, several blocks, unaligned, strided, rank 4; and rows of whole packs of every type, which
    /// broadcasting loops take at once, the last ones unaligned.
    /// </summary>
    public static IReadOnlyList<CaseShape> Elementwise { get; } =
    [
        new(0),
        new(1),
        new(33),
        new(7, 129),
        new([1025], CaseLayout.Unaligned),
        new([5, 3, 37], CaseLayout.Strided),
        new([2, 3, 5, 17], CaseLayout.Strided),
        new(70_001),
        new(9, 64),
        new(3, 5, 7, 48),
        new([6, 32], CaseLayout.Unaligned),
    ];

    /// <summary>Shapes [rows, columns] for operations on the rows of a matrix.</summary>
    public static IReadOnlyList<CaseShape> Rows { get; } =
    [
        new(0, 5),
        new(1, 1),
        new(3, 33),
        new(5, 100),
        new([4, 257], CaseLayout.Unaligned),
        new([6, 31], CaseLayout.Strided),
        new(2, 3, 127),
        new(37, 1024),
        new(3, 5000),
    ];

    /// <summary>The product of the lengths.</summary>
    public nint Count => Lengths.Aggregate((nint)1, (product, length) => product * length);

    /// <inheritdoc/>
    public override string ToString() => string.Join('x', Lengths) + (Layout == CaseLayout.Dense ? "" : " " + Layout.ToString().ToLowerInvariant());
}
