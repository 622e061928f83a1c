namespace CudaKernels;

/// <summary>Keys and values in pages: <c>PagedCache</c> of kernels/common/paged_cache.cuh, which kernels take by value.</summary>
internal struct PagedCacheShape
{
    public long Pages;
    public long Heads;
    public long PageLength;
    public long TablePages;

    /// <summary>The most positions of a sequence that the table has room for.</summary>
    public readonly long Capacity => TablePages * PageLength;

    /// <summary>Reads the shape off the tensors, which are dense: a copy of a cache would be no cache.</summary>
    /// <param name="keyPages">[pages, key-value heads, page_length, head_dim].</param>
    /// <param name="valuePages">[pages, key-value heads, page_length, value_dim].</param>
    /// <param name="pageTable">[batch, most pages of a sequence].</param>
    /// <param name="lengths">[batch].</param>
    /// <param name="batch">Sequences.</param>
    /// <exception cref="ArgumentException">Shapes do not fit each other, or a cache is no dense tensor.</exception>
    public static PagedCacheShape Of<T>(DeviceTensor<T> keyPages, DeviceTensor<T> valuePages, DeviceTensor<int> pageTable, DeviceTensor<int> lengths, nint batch) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(keyPages);
        ArgumentNullException.ThrowIfNull(valuePages);
        ArgumentNullException.ThrowIfNull(pageTable);
        ArgumentNullException.ThrowIfNull(lengths);
        if (keyPages.Rank != 4 || valuePages.Rank != 4 || !keyPages.Lengths[..3].SequenceEqual(valuePages.Lengths[..3]) || keyPages.Lengths[2] == 0 || keyPages.Lengths[3] == 0 || valuePages.Lengths[3] == 0)
        {
            throw new ArgumentException($"pages of keys and values are [pages, key-value heads, page_length, width], equal but for the width, with one row and one column at least, got shapes {keyPages.Layout} and {valuePages.Layout}", nameof(keyPages));
        }

        if (pageTable.Rank != 2 || pageTable.Lengths[0] != batch)
        {
            throw new ArgumentException($"{batch} sequences need a page table [{batch}, most pages of a sequence], got shape {pageTable.Layout}", nameof(pageTable));
        }

        TensorOperations.RequireShape(lengths, [batch], nameof(lengths));
        keyPages.RequireDense();
        valuePages.RequireDense();
        return new PagedCacheShape { Pages = keyPages.Lengths[0], Heads = keyPages.Lengths[1], PageLength = keyPages.Lengths[2], TablePages = pageTable.Lengths[1] };
    }

    /// <summary>Refuses a length that the table has no room for, which only the host can do: kernels answer with NaN, or write nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative or too large.</exception>
    public readonly void RequireLengths(ReadOnlySpan<int> lengths)
    {
        for (var i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 0 || lengths[i] > Capacity)
            {
                throw new ArgumentOutOfRangeException(nameof(lengths), lengths[i], $"the length of sequence {i} is outside [0, {Capacity}]: its row of the page table has room for {TablePages} pages of {PageLength}");
            }
        }
    }

    /// <summary>In which row, counted over [pages, heads, page_length], the first head keeps a position of a sequence; its others follow <see cref="PageLength"/> rows apart.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The table names no page.</exception>
    public readonly long RowOf(ReadOnlySpan<int> pageTable, long sequence, long position)
    {
        var page = pageTable[(int)((sequence * TablePages) + (position / PageLength))];
        return page >= 0 && page < Pages
            ? (page * Heads * PageLength) + (position % PageLength)
            : throw new ArgumentOutOfRangeException(nameof(pageTable), page, $"position {position} of sequence {sequence} lies in a page outside [0, {Pages})");
    }
}
