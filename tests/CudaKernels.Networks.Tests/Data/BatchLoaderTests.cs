using CudaKernels.Networks;

namespace CudaKernels.Tests.Data;

/// <summary>Batches come in the order of the epoch, ahead of the consumer but not far, and nothing goes on when they are no longer wanted.</summary>
public sealed class BatchLoaderTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 2)]
    [InlineData(3, 5)]
    public async Task AnEpochVisitsEverySampleOnceInItsOrder(int workers, int ahead)
    {
        await using var loader = new BatchLoader<int>(_device, new NumberSource(50), new BatchLoaderOptions { BatchSize = 8, Workers = workers, BatchesAhead = ahead, Seed = 7 });
        Assert.Equal(7, loader.BatchCount);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            var (seen, sizes) = (new List<long>(), new List<int>());
            await foreach (var batch in loader.ReadEpoch(epoch))
            {
                Assert.Equal(sizes.Count, batch.Number);
                seen.AddRange(NumberSource.Verify(batch));
                sizes.Add(batch.Count);
            }

            Assert.Equal(EpochOrder.Create(50, 7, epoch).Select(i => (long)i), seen);
            Assert.Equal([8, 8, 8, 8, 8, 8, 2], sizes);
        }
    }

    [Theory]
    [InlineData(50, 8, 6)]
    [InlineData(48, 8, 6)]
    [InlineData(5, 8, 1)]
    public async Task ALastBatchThatIsNotFullCanBeLeftOut(int count, int size, int batches)
    {
        await using var loader = new BatchLoader<int>(_device, new NumberSource(count), new BatchLoaderOptions { BatchSize = size, DropLast = true, Shuffle = false });
        var seen = new List<long>();
        await foreach (var batch in loader.ReadEpoch(3))
        {
            seen.AddRange(NumberSource.Verify(batch));
        }

        Assert.Equal(batches, loader.BatchCount);
        Assert.Equal(Enumerable.Range(0, Math.Min(count, batches * size)).Select(i => (long)i), seen);
    }

    [Fact]
    public async Task ItStaysTwoBatchesAheadAndFillsTheSameBuffers()
    {
        var source = new NumberSource(100);
        await using var loader = new BatchLoader<int>(_device, source, new BatchLoaderOptions { BatchSize = 5 });
        var buffers = new HashSet<Batch<int>>();
        var taken = 0;
        await foreach (var batch in loader.ReadEpoch(0))
        {
            taken++;
            buffers.Add(batch);
            var most = Math.Min(5 * (taken + 2), 100);
            Assert.True(SpinWait.SpinUntil(() => source.Decoded >= most, TimeSpan.FromSeconds(20)));
            if (taken < 4)
            {
                await Task.Delay(50);
            }

            Assert.Equal(most, source.Decoded);
        }

        await foreach (var batch in loader.ReadEpoch(1))
        {
            buffers.Add(batch);
        }

        Assert.Equal(3, buffers.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task AFailureComesAfterTheBatchesBeforeItAndTheNextEpochGoesOn(int workers)
    {
        var isBroken = true;
        var source = new NumberSource(40, index => Throw(Volatile.Read(ref isBroken) && index is 19 or 21 or 23, index));
        await using var loader = new BatchLoader<int>(_device, source, new BatchLoaderOptions { BatchSize = 8, Shuffle = false, Workers = workers });
        var batches = 0;
        var failure = await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (var batch in loader.ReadEpoch(0))
            {
                NumberSource.Verify(batch);
                batches++;
            }
        });
        Assert.Equal("sample 19 is damaged", failure.Message);
        Assert.Contains(nameof(NumberSource), failure.StackTrace, StringComparison.Ordinal);
        Assert.Equal(2, batches);
        Volatile.Write(ref isBroken, false);
        await foreach (var batch in loader.ReadEpoch(0))
        {
            batches++;
        }

        Assert.Equal(7, batches);

        static void Throw(bool isDamaged, int index)
        {
            if (isDamaged)
            {
                throw new InvalidDataException($"sample {index} is damaged");
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task ACancelledEpochEndsAndLeavesNothingRunning(int workers)
    {
        var source = new NumberSource(1000);
        await using var loader = new BatchLoader<int>(_device, source, new BatchLoaderOptions { BatchSize = 2, Workers = workers });
        using var cancel = new CancellationTokenSource();
        var batches = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var batch in loader.ReadEpoch(0, cancel.Token))
            {
                if (++batches == 10)
                {
                    await cancel.CancelAsync();
                }
            }
        });
        Assert.Equal(10, batches);
        await AssertNothingIsDecoded(source);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await loader.ReadEpoch(0, cancel.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken).MoveNextAsync());
    }

    [Fact]
    public async Task AWaitForASlowSampleIsCancelled()
    {
        using var gate = new ManualResetEventSlim();
        using var isDecoding = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var source = new NumberSource(10, _ =>
        {
            isDecoding.Set();
            gate.Wait();
        });
        await using var loader = new BatchLoader<int>(_device, source);
        await using var epoch = loader.ReadEpoch(0, cancel.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = epoch.MoveNextAsync().AsTask();
        Assert.True(isDecoding.Wait(TimeSpan.FromSeconds(20)));
        await cancel.CancelAsync();
        Assert.False(next.IsCompleted, "the sample that is being decoded is waited for");
        gate.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        Assert.Equal(1, source.Decoded);
    }

    [Fact]
    public async Task AnEpochThatIsLeftEndsAndTheNextOneIsWhole()
    {
        var source = new NumberSource(300);
        await using var loader = new BatchLoader<int>(_device, source, new BatchLoaderOptions { BatchSize = 3 });
        await foreach (var batch in loader.ReadEpoch(0))
        {
            if (batch.Number == 4)
            {
                break;
            }
        }

        await AssertNothingIsDecoded(source);
        var seen = new List<long>();
        await foreach (var batch in loader.ReadEpoch(1))
        {
            seen.AddRange(NumberSource.Verify(batch));
        }

        Assert.Equal(EpochOrder.Create(300, 0, 1).Select(i => (long)i), seen);
    }

    [Fact]
    public async Task ALoaderReadsOneEpochAtATimeAndNoneOnceItIsDisposed()
    {
        var source = new NumberSource(300);
        var loader = new BatchLoader<int>(_device, source, new BatchLoaderOptions { BatchSize = 3 });
        await using var epoch = loader.ReadEpoch(0).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await epoch.MoveNextAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await loader.ReadEpoch(1).GetAsyncEnumerator(TestContext.Current.CancellationToken).MoveNextAsync());
        Assert.True(await epoch.MoveNextAsync());
        var batch = epoch.Current;
        await loader.DisposeAsync();
        loader.Dispose();
        await AssertNothingIsDecoded(source);
        Assert.True(batch.Samples.IsDisposed);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await epoch.MoveNextAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await loader.ReadEpoch(1).GetAsyncEnumerator(TestContext.Current.CancellationToken).MoveNextAsync());
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        Assert.Throws<ArgumentException>(() => new BatchLoader<int>(_device, new NumberSource(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchLoaderOptions { BatchSize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchLoaderOptions { BatchesAhead = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchLoaderOptions { Workers = 0 });
    }

    private static async Task AssertNothingIsDecoded(NumberSource source)
    {
        var decoded = source.Decoded;
        await Task.Delay(50);
        Assert.Equal(decoded, source.Decoded);
        Assert.True(decoded < source.Count);
    }
}
