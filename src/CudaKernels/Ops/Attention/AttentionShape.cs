namespace CudaKernels;

/// <summary>The sizes of one attention and which keys a query sees: <c>Attention</c> of kernels/common/attention.cuh, which kernels take by value.</summary>
internal struct AttentionShape
{
    public long Heads;
    public long Group;
    public long Queries;
    public long Keys;
    public long HeadDim;
    public long ValueDim;
    public long Before;
    public long After;

    /// <summary>The heads of queries of one of packed sequences, of which <see cref="Queries"/> and <see cref="Keys"/> are the most that one has; 0 where sequences are not packed.</summary>
    public long PackedHeads;
    public long AllQueries;
    public long AllKeys;

    /// <summary>The rows of the queries, of all heads; of packed sequences, as if each were the longest.</summary>
    public readonly long QueryRows => Heads * Queries;

    /// <summary>The rows of the queries' tensor.</summary>
    public readonly long StoredQueryRows => PackedHeads == 0 ? QueryRows : AllQueries * PackedHeads;

    /// <summary>The heads of keys and values, of all sequences.</summary>
    public readonly long KeyHeads => Heads / Group;

    /// <summary>The rows of the keys, of all heads; of packed sequences, as if each were the longest.</summary>
    public readonly long KeyRows => KeyHeads * Keys;

    /// <summary>The rows of the keys' tensor.</summary>
    public readonly long StoredKeyRows => PackedHeads == 0 ? KeyRows : AllKeys * (PackedHeads / Group);

    /// <summary>The keys of a sequence; of packed ones the mean, rounded up, for how many each has is known on the device alone.</summary>
    public readonly long KeysOfSequence => PackedHeads == 0 || Heads == 0 ? Keys : Math.Min(Keys, ((AllKeys * PackedHeads) + Heads - 1) / Heads);

    /// <summary>The queries of a sequence, likewise.</summary>
    public readonly long QueriesOfSequence => PackedHeads == 0 || Heads == 0 ? Queries : Math.Min(Queries, ((AllQueries * PackedHeads) + Heads - 1) / Heads);

    /// <summary>Reads the shape off the tensors.</summary>
    /// <exception cref="ArgumentException">A tensor has not four dimensions, or their lengths do not fit each other.</exception>
    public static AttentionShape Of<T>(DeviceTensor<T> queries, DeviceTensor<T> keys, DeviceTensor<T> values, AttentionOptions options) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        if (queries.Rank != 4 || keys.Rank != 4 || values.Rank != 4)
        {
            throw new ArgumentException($"attention takes queries, keys and values [batch, heads, rows, width], four dimensions each, got shapes {queries.Layout}, {keys.Layout} and {values.Layout}", nameof(queries));
        }

        var q = queries.Lengths;
        var k = keys.Lengths;
        var v = values.Lengths;
        if (q[0] != k[0] || q[3] != k[3] || !v[..3].SequenceEqual(k[..3]))
        {
            throw new ArgumentException(
                $"queries of shape {queries.Layout} need keys [{q[0]}, key-value heads, keys, {q[3]}] and values [{q[0]}, key-value heads, keys, any width], got shapes {keys.Layout} and {values.Layout}", nameof(keys));
        }

        RequireColumns(queries, values);
        return Of(q[0], (q[1], k[1]), (q[2], k[2]), (q[3], v[3]), options);
    }

    /// <summary>Reads the shape off queries and the pages of keys and values, of which a sequence has as many as its row of the table has room for.</summary>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static AttentionShape Of<T>(DeviceTensor<T> queries, DeviceTensor<T> keyPages, DeviceTensor<T> valuePages, in PagedCacheShape cache, AttentionOptions options) where T : unmanaged
    {
        var q = queries.Lengths;
        return q[3] == keyPages.Lengths[3]
            ? Of(q[0], (q[1], (nint)cache.Heads), (q[2], checked((nint)cache.Capacity)), (q[3], valuePages.Lengths[3]), options)
            : throw new ArgumentException($"queries of shape {queries.Layout} need pages of keys [pages, key-value heads, page_length, {q[3]}], got shape {keyPages.Layout}", nameof(keyPages));
    }

    /// <summary>Reads the shape off packed sequences.</summary>
    /// <param name="queries">[all queries, heads, head_dim].</param>
    /// <param name="keys">[all keys, key-value heads, head_dim].</param>
    /// <param name="values">[all keys, key-value heads, value_dim].</param>
    /// <param name="sequences">How many sequences.</param>
    /// <param name="most">The most queries and keys of a sequence.</param>
    /// <param name="options">Which keys a query sees.</param>
    /// <exception cref="ArgumentException">A tensor has not three dimensions, or their lengths do not fit each other.</exception>
    public static AttentionShape Of<T>(DeviceTensor<T> queries, DeviceTensor<T> keys, DeviceTensor<T> values, nint sequences, (nint Queries, nint Keys) most, AttentionOptions options) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        if (queries.Rank != 3 || keys.Rank != 3 || values.Rank != 3)
        {
            throw new ArgumentException($"attention of packed sequences takes queries, keys and values [rows of all sequences, heads, width], three dimensions each, got shapes {queries.Layout}, {keys.Layout} and {values.Layout}", nameof(queries));
        }

        var q = queries.Lengths;
        var k = keys.Lengths;
        var v = values.Lengths;
        if (q[2] != k[2] || !v[..2].SequenceEqual(k[..2]))
        {
            throw new ArgumentException($"queries of shape {queries.Layout} need keys [all keys, key-value heads, {q[2]}] and values [all keys, key-value heads, any width], got shapes {keys.Layout} and {values.Layout}", nameof(keys));
        }

        RequireColumns(queries, values);
        ArgumentOutOfRangeException.ThrowIfNegative(most.Queries, "mostQueries");
        ArgumentOutOfRangeException.ThrowIfNegative(most.Keys, "mostKeys");
        return Of(sequences, (q[1], k[1]), (Math.Min(most.Queries, q[0]), Math.Min(most.Keys, k[0])), (q[2], v[2]), options) with { PackedHeads = q[1], AllQueries = q[0], AllKeys = k[0] };
    }

    private static void RequireColumns<T>(DeviceTensor<T> queries, DeviceTensor<T> values) where T : unmanaged
    {
        if (queries.Lengths[^1] == 0 || values.Lengths[^1] == 0)
        {
            throw new ArgumentException($"rows of queries, keys and values have one element at least, got shapes {queries.Layout} and {values.Layout}", nameof(queries));
        }
    }

    private static AttentionShape Of(nint sequences, (nint Queries, nint Keys) heads, (nint Queries, nint Keys) rows, (nint Head, nint Value) widths, AttentionOptions options)
    {
        if (heads.Keys == 0 ? heads.Queries != 0 : heads.Queries % heads.Keys != 0)
        {
            throw new ArgumentException($"{heads.Queries} heads of queries do not share {heads.Keys} heads of keys and values evenly: the one number is a multiple of the other", "keys");
        }

        // So far that it reaches every key from every position.
        var all = (long)rows.Queries + rows.Keys;
        var window = Math.Min(options.Window ?? all, all);
        return new AttentionShape
        {
            Heads = (long)sequences * heads.Queries,
            Group = heads.Keys == 0 ? 1 : Math.Max(heads.Queries / heads.Keys, 1),
            Queries = rows.Queries,
            Keys = rows.Keys,
            HeadDim = widths.Head,
            ValueDim = widths.Value,
            Before = window,
            After = options.IsCausal ? 0 : window,
        };
    }

    /// <summary>The lengths of the result.</summary>
    public static ReadOnlySpan<nint> OutputLengths<T>(DeviceTensor<T> queries, DeviceTensor<T> values, Span<nint> lengths) where T : unmanaged
    {
        queries.Lengths.CopyTo(lengths);
        lengths[queries.Rank - 1] = values.Lengths[^1];
        return lengths[..queries.Rank];
    }

    /// <summary>The keys that a query sees.</summary>
    public readonly KeyRange KeysOf(long query)
    {
        var position = query + Keys - Queries;
        return new KeyRange((int)Math.Max(position - Before, 0), (int)Math.Clamp(position + After + 1, 0, Keys));
    }

    /// <summary>The factor of the scores.</summary>
    public readonly double Scale(AttentionOptions options) => options.Scale ?? 1 / Math.Sqrt(HeadDim);
}

/// <summary>The keys from <paramref name="Begin"/> on that lie before <paramref name="End"/>; none where that is not above it.</summary>
internal readonly record struct KeyRange(int Begin, int End)
{
    public int Count => Math.Max(End - Begin, 0);
}
