namespace CudaKernels.Tests;

/// <summary>How many heads of an attention by wgmma are worked on at a time, and how evenly blocks then share the tiles.</summary>
public sealed class HeadOrderTests
{
    private const int Multiprocessors = 132;

    // What fits the cache, six heads, would give one block a fifth more tiles than the others have.
    [Fact]
    public void CausalHeadsThatDoNotFitTheCacheAreEvenedOut()
    {
        var shape = Causal(heads: 16, rows: 8192);
        Assert.Equal(6, FlashWgmma.HeadsInCache<Half>(shape));
        Assert.Equal(16, FlashWgmma.HeadsAtOnce<Half>(shape, Multiprocessors));
        Assert.Equal(16, FlashGradientWgmma.HeadsAtOnce(shape, GradientOf.Queries, Multiprocessors));
        Assert.Equal(16, FlashGradientWgmma.HeadsAtOnce(shape, GradientOf.KeysAndValues, Multiprocessors));
        var order = new HeadOrder(16, 1, 64, Multiprocessors, 6, 0, 1);
        long[] tiles = [.. Enumerable.Range(1, 64).Reverse()];
        Assert.InRange(order.LargestLoad(tiles, 16), 253, 254);
        Assert.InRange(order.LargestLoad(tiles, 6), 295, 310);
    }

    // Where all queries see all keys, items are alike, and heads that share the cache save reading.
    [Fact]
    public void HeadsThatAreAlikeShareTheCache()
    {
        var shape = Causal(heads: 64, rows: 8192) with { After = 16_384 };
        Assert.Equal(6, FlashWgmma.HeadsAtOnce<Half>(shape, Multiprocessors));
        Assert.Equal(6, FlashGradientWgmma.HeadsAtOnce(shape, GradientOf.KeysAndValues, Multiprocessors));
    }

    // So many bytes would be read again that the memory, not the tensor cores, would be what is waited for.
    [Fact]
    public void ReadingCountsToo()
    {
        var order = new HeadOrder(1000, 1, 8, Multiprocessors, 6, 1 << 22, TileCycles: 1);
        var shape = Causal(heads: 1000, rows: 1024);
        Assert.InRange(HeadOrder.Fastest(order, shape, 128, 128, ofKeys: false), 1, 6);
        Assert.InRange(HeadOrder.Fastest(order with { TileCycles = 1 << 30 }, shape, 128, 128, ofKeys: false), 7, 1000);
    }

    [Theory]
    [InlineData(0, 8192)]
    [InlineData(16, 0)]
    [InlineData(16, 100)]
    [InlineData(2000, 8192)]
    public void WhatNeedsNoOrderKeepsThatOfTheCache(int heads, int rows)
    {
        var shape = Causal(heads, rows);
        Assert.Equal(FlashWgmma.HeadsInCache<Half>(shape), FlashWgmma.HeadsAtOnce<Half>(shape, Multiprocessors));
    }

    // Groups that share keys are never taken apart.
    [Fact]
    public void HeadsAtOnceAreWholeGroups()
    {
        var shape = Causal(heads: 48, rows: 16_384) with { Group = 6 };
        Assert.Equal(0, FlashWgmma.HeadsAtOnce<Half>(shape, Multiprocessors) % 6);
    }

    [Fact]
    public void AskedAgainNothingIsAllocated()
    {
        var shape = Causal(heads: 17, rows: 9000);
        var (first, last) = (FlashWgmma.HeadsAtOnce<Half>(shape, Multiprocessors), 0);
        using var device = new CpuDevice();
        Allocations.RequireNone(device, () => last = FlashWgmma.HeadsAtOnce<Half>(shape, Multiprocessors));
        Assert.Equal(first, last);
    }

    private static AttentionShape Causal(int heads, int rows) =>
        new() { Heads = heads, Group = 1, Queries = rows, Keys = rows, HeadDim = 128, ValueDim = 128, Before = 2L * rows, After = 0 };
}
