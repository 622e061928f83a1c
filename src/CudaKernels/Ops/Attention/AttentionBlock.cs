namespace CudaKernels;

/// <summary>Queries of one head that follow each other, or all of those that share keys and values, and the keys they see. The keys that all of them see are multiplied at once, the others pair by pair.</summary>
internal readonly struct AttentionBlock
{
    /// <summary>The queries of a block: fixed, so that results never depend on the number of threads.</summary>
    public const int MostRows = 64;

    private readonly AttentionShape _shape;
    private readonly long _first;

    /// <param name="shape">The attention.</param>
    /// <param name="index">Which block of its head.</param>
    public AttentionBlock(in AttentionShape shape, long index)
    {
        _shape = shape;
        _first = index * MostRows;
        Rows = (int)Math.Min(shape.Queries - _first, MostRows);
        (Seen, Common) = Ranges(shape.KeysOf(_first), shape.KeysOf(_first + Rows - 1));
    }

    /// <summary>All queries of the heads that share one of keys and values, head after head.</summary>
    public AttentionBlock(in AttentionShape shape)
    {
        _shape = shape;
        Rows = checked((int)(shape.Group * shape.Queries));
        (Seen, Common) = Ranges(shape.KeysOf(0), shape.KeysOf(shape.Queries - 1));
    }

    public int Rows { get; }

    /// <summary>The keys that one of the queries sees.</summary>
    public KeyRange Seen { get; }

    /// <summary>The keys that each of them sees.</summary>
    public KeyRange Common { get; }

    /// <summary>The blocks of a head.</summary>
    public static long PerHead(in AttentionShape shape) => (shape.Queries + MostRows - 1) / MostRows;

    /// <summary>The keys that a query of the block sees.</summary>
    public KeyRange KeysOf(int row) => _shape.KeysOf((_first + row) % _shape.Queries);

    /// <summary>A key itself, or the first one after the common keys where it is the first of them.</summary>
    public int PastCommon(int key) => key == Common.Begin ? Common.End : key;

    private static (KeyRange Seen, KeyRange Common) Ranges(KeyRange earliest, KeyRange latest) =>
        (new KeyRange(earliest.Begin, Math.Max(earliest.Begin, latest.End)), new KeyRange(latest.Begin, Math.Max(latest.Begin, earliest.End)));
}
