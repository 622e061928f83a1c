using System.Collections.Concurrent;

namespace CudaKernels;

/// <summary>How many heads the blocks of attention by wgmma work on before the next ones: FlashItems in kernels/common/flash_wgmma.cuh, whose order this repeats.</summary>
/// <param name="Heads">Of the side that items are rows of.</param>
/// <param name="Step">Heads that share what is read: at once are multiples of so many.</param>
/// <param name="Items">Items of a head.</param>
/// <param name="Blocks">Blocks that take the items in rounds.</param>
/// <param name="CachedHeads">Of how many heads what is read again and again fits the L2 cache.</param>
/// <param name="HeadBytes">What is read of a head again and again.</param>
/// <param name="TileCycles">Cycles of the tensor cores for a tile of an item.</param>
internal readonly record struct HeadOrder(long Heads, long Step, long Items, int Blocks, long CachedHeads, long HeadBytes, long TileCycles)
{
    /// <summary>More items even out by themselves.</summary>
    private const long MostItems = 1 << 16;

    /// <summary>Bytes that a multiprocessor gets from memory in a cycle while all of them read.</summary>
    private const double MemoryBytes = 16;

    /// <summary>What an item costs beside its tiles, in tiles.</summary>
    private const int ItemTiles = 2;

    /// <summary>A program has few shapes; one that has many is not to fill the memory.</summary>
    private const int MostRemembered = 1024;

    private static readonly ConcurrentDictionary<Question, int> s_remembered = new();

    /// <summary>
    /// The heads at once by which an attention is estimated to take least: what the block with the most tiles needs for them, or the memory for what is read again where not all of it stays in
    /// the cache, whichever is longer. Of packed sequences nobody knows here how long each is: those that fit the cache.
    /// </summary>
    /// <param name="order">The items.</param>
    /// <param name="shape">Which rows an item meets.</param>
    /// <param name="rows">Rows of an item.</param>
    /// <param name="others">Rows of a tile.</param>
    /// <param name="ofKeys">Whether rows are keys, which meet queries, and come first to last; queries come last to first.</param>
    public static int Fastest(in HeadOrder order, in AttentionShape shape, int rows, int others, bool ofKeys)
    {
        var cached = (int)Math.Min(order.CachedHeads, order.Heads);
        if (order.Items * order.Heads is 0 or > MostItems || cached == order.Heads || shape.PackedHeads != 0)
        {
            return cached;
        }

        var question = new Question(order, shape.Queries, shape.Keys, shape.Before, shape.After, rows, others, ofKeys);
        if (s_remembered.TryGetValue(question, out var known))
        {
            return known;
        }

        var fastest = order.Fastest(order.Work(shape, rows, others, ofKeys), cached);
        if (s_remembered.Count >= MostRemembered)
        {
            s_remembered.Clear();
        }

        s_remembered[question] = fastest;
        return fastest;
    }

    /// <summary>The tiles of the block that gets the most of them.</summary>
    /// <param name="tiles">Those of each item of a head, in the order in which they come.</param>
    /// <param name="atOnce">Heads at once.</param>
    public long LargestLoad(ReadOnlySpan<long> tiles, int atOnce)
    {
        var loads = new long[Blocks];
        var count = Heads * Items;
        for (long item = 0; item < count; item++)
        {
            var (round, place) = (item / Blocks, (int)(item % Blocks));
            var group = item / (atOnce * Items);
            var together = Math.Min(Heads - (group * atOnce), atOnce);
            loads[round % 2 == 0 ? place : Blocks - 1 - place] += tiles[(int)((item - (group * atOnce * Items)) / together)];
        }

        return loads.Max();
    }

    private int Fastest(ReadOnlySpan<long> tiles, int cached)
    {
        var (fastest, least) = (cached, double.PositiveInfinity);
        ReadOnlySpan<long> candidates = [cached, (Heads + 3) / 4, (Heads + 2) / 3, (Heads + 1) / 2, Heads];
        foreach (var heads in candidates)
        {
            var atOnce = (int)Math.Min((heads + Step - 1) / Step * Step, Heads);
            // Blocks that work on a head at the same time read the same tiles.
            var times = atOnce <= cached ? 1 : Math.Max((double)Items * atOnce / Blocks, 1);
            var cost = Math.Max((double)LargestLoad(tiles, atOnce) * TileCycles, Heads / Step * HeadBytes * times / (MemoryBytes * Blocks));
            if (cost < least)
            {
                (fastest, least) = (atOnce, cost);
            }
        }

        return fastest;
    }

    private long[] Work(in AttentionShape shape, int rows, int others, bool ofKeys)
    {
        var tiles = new long[Items];
        var (count, otherCount) = ofKeys ? (shape.Keys, shape.Queries) : (shape.Queries, shape.Keys);
        var (before, after) = ofKeys ? (shape.After, shape.Before) : (shape.Before, shape.After);
        for (var i = 0; i < tiles.Length; i++)
        {
            var first = (ofKeys ? i : Items - 1 - i) * rows;
            var last = Math.Min(first + rows, count) - 1;
            var begin = Math.Max(first + otherCount - count - before, 0);
            var end = Math.Min(last + otherCount - count + after + 1, otherCount);
            tiles[i] = ItemTiles + Math.Max((end - begin + others - 1) / others, 0);
        }

        return tiles;
    }

    private readonly record struct Question(HeadOrder Order, long Queries, long Keys, long Before, long After, int Rows, int Others, bool OfKeys);
}
