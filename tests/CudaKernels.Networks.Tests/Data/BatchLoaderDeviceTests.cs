using CudaKernels.Networks;

namespace CudaKernels.Tests.Data;

/// <summary>The loader on the software CUDA device: pinned memory, a stream of copies, and nothing left behind.</summary>
public sealed class BatchLoaderDeviceTests
{
    [Fact]
    public async Task BatchesArriveWholeWhileTheDeviceComputes()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true });
        var device = emulated.Device;
        var (before, kept) = (device.CreateLeakReport(), new List<DeviceTensor<int>>());
        await using (var loader = new BatchLoader<int>(device, new NumberSource(90), new BatchLoaderOptions { BatchSize = 7, Workers = 2, Seed = 3 }))
        {
            for (var epoch = 0; epoch < 2; epoch++)
            {
                // Nothing waits here: the buffers are filled again while the sums may still be under way.
                await foreach (var batch in loader.ReadEpoch(epoch))
                {
                    Assert.Same(device.DefaultStream, batch.Samples.Stream);
                    kept.Add(batch.Samples + batch.Samples);
                }
            }

            var pinned = device.CreateLeakReport().Allocations.Where(allocation => allocation.IsPinned).Sum(allocation => (long)allocation.ByteCount);
            Assert.True(pinned >= 3 * 7 * ((3 * sizeof(int)) + (2 * sizeof(long))), $"{pinned} bytes are pinned");
        }

        var order = EpochOrder.Create(90, 3, 0).Concat(EpochOrder.Create(90, 3, 1)).SelectMany(i => (int[])[6 * i, (6 * i) + 2, (6 * i) + 4]);
        Assert.Equal(order, kept.SelectMany(tensor => tensor.ToArray()));
        kept.ForEach(tensor => tensor.Dispose());
        AssertNothingLeft(device, before);
        Assert.DoesNotContain(emulated.Reports, report => report.Rule != EmulationReport.NoteRule);
    }

    [Fact]
    public async Task ALoaderDisposedInTheMiddleOfAnEpochLeavesNothing()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true });
        var before = emulated.Device.CreateLeakReport();
        var source = new NumberSource(200);
        var loader = new BatchLoader<int>(emulated, source, new BatchLoaderOptions { BatchSize = 9 });
        var epoch = loader.ReadEpoch(0).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await epoch.MoveNextAsync());
        loader.Dispose();
        var decoded = source.Decoded;
        AssertNothingLeft(emulated, before);
        await Task.Delay(50);
        Assert.Equal(decoded, source.Decoded);
        await epoch.DisposeAsync();
        Assert.DoesNotContain(emulated.Reports, report => report.Rule != EmulationReport.NoteRule);
    }

    [Fact]
    public async Task AScopeOfTheConsumersDoesNotOwnTheBuffers()
    {
        using var device = new CpuDevice();
        await using var loader = new BatchLoader<int>(device, new NumberSource(20), new BatchLoaderOptions { BatchSize = 5 });
        var epoch = loader.ReadEpoch(0).ToBlockingEnumerable(TestContext.Current.CancellationToken);
        foreach (var batch in epoch)
        {
            using var scope = device.BeginScope();
            NumberSource.Verify(batch);
        }

        foreach (var batch in loader.ReadEpoch(1).ToBlockingEnumerable(TestContext.Current.CancellationToken))
        {
            NumberSource.Verify(batch);
        }
    }

    [Fact]
    public void PinnedMemoryGoesIntoTensorsOfAnyLayout()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true });
        using var copies = emulated.Device.CreateStream();
        using var source = emulated.Device.CreatePinnedBuffer<int>(8);
        for (var i = 0; i < 8; i++)
        {
            source.Span[i] = i + 1;
        }

        using var tensor = emulated.Device.CreateZeros<int>([3, 4]);
        using var column = tensor.Slice(.., 1..3);
        column.CopyFrom(source, copies);
        Assert.Equal([0, 1, 2, 0, 0, 3, 4, 0, 0, 5, 6, 0], tensor.ToArray());
        using var row = tensor.Slice(2..);
        row.CopyFrom(source);
        Assert.Equal([0, 1, 2, 0, 0, 3, 4, 0, 1, 2, 3, 4], tensor.ToArray());
        Assert.Contains("12 elements, got 8", Assert.Throws<ArgumentException>(() => tensor.CopyFrom(source)).Message, StringComparison.Ordinal);
        using var cpu = new CpuDevice();
        using var elsewhere = cpu.CreateZeros<int>([4]);
        Assert.Contains("cpu", Assert.Throws<ArgumentException>(() => elsewhere.CopyFrom(source)).Message, StringComparison.Ordinal);
        source.Dispose();
        Assert.Throws<ObjectDisposedException>(() => row.CopyFrom(source));
        Assert.DoesNotContain(emulated.Reports, report => report.Rule != EmulationReport.NoteRule);
    }

    // What the device keeps for itself (its staging memory, the events of its own stream) may have come to be.
    private static void AssertNothingLeft(CudaDevice device, LeakReport before)
    {
        device.Synchronize();
        var after = device.CreateLeakReport();
        Assert.Equal(before.Allocations.Select(one => one.Address).Order(), after.Allocations.Select(one => one.Address).Order());
        Assert.Equal(before.Resources.GetValueOrDefault("Stream"), after.Resources.GetValueOrDefault("Stream"));
    }
}
