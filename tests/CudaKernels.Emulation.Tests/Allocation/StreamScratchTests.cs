namespace CudaKernels.Tests;

/// <summary>The memory that a split reduction leaves its partial results in: kept by the stream, used by one call at a time, usable in captures.</summary>
public sealed class StreamScratchTests
{
    private const int Count = 200_000;

    [Fact]
    public async Task ThreadsThatShareAStreamGetTheirOwnSums()
    {
        using var emulated = Open();
        await Task.WhenAll(Enumerable.Range(1, 6).Select(number => Task.Run(() =>
        {
            using var x = emulated.Device.CreateUninitializedTensor<int>([Count]);
            using var sum = emulated.Device.CreateScalar(0);
            x.Fill(number);
            for (var round = 0; round < 10; round++)
            {
                x.Sum([], sum);
                Assert.Equal(number * Count, sum.ToScalar());
            }
        })));
        Assert.Empty(emulated.Device.CreateLeakReport().Allocations);
        emulated.Dispose();
        Assert.Empty(emulated.Reports);
    }

    [Fact]
    public void AStreamGivesItUpWithItself()
    {
        using var emulated = Open();
        var device = emulated.Device;
        device.Synchronize();
        var before = device.GetMemoryFigures().LiveBytes;
        using (var stream = device.CreateStream())
        {
            using var x = device.CreateZeros<float>([Count], stream);
            using var sum = device.CreateZeros<float>([], stream);
            x.Sum([], sum);
            x.Sum([], sum);
            Assert.Equal(0f, sum.ToScalar());
            Assert.True(device.GetMemoryFigures().LiveBytes > before + (Count * sizeof(float)) + sizeof(float), "the stream keeps memory for the next sum");
            Assert.Equal(2, device.CreateLeakReport().Allocations.Count);
        }

        Assert.Equal(before, device.GetMemoryFigures().LiveBytes);
    }

    // The parts of the operands and the sums of the parts of k are one piece of memory, which is all that a stream keeps.
    [Fact]
    public void ACapturedProductInThreeTf32RunsWithTheGraph()
    {
        const int Length = 512;
        using var emulated = Open();
        var device = emulated.Device;
        using var a = device.CreateUninitializedTensor<float>([8, Length]);
        using var b = device.CreateUninitializedTensor<float>([Length, 8]);
        using var y = device.CreateZeros<float>([8, 8]);
        a.Fill(0.5f);
        b.Fill(3);
        Assert.True(ProductLaunch.WgmmaParts(WgmmaShape.Of(MatMulAlgorithm.Wgmma)!.Value, 8, 8, 1, MatMulChoice.WgmmaStages<float>(Length, MatMulPrecision.Tf32x3), device.Specification.MultiprocessorCount).Parts > 1);
        Multiply();
        Assert.All(y.ToArray(), value => Assert.Equal(1.5f * Length, value));

        using var graph = device.DefaultStream.Capture(_ => Multiply());
        using var instance = graph.Instantiate();
        a.Fill(2);
        instance.Launch(device.DefaultStream);
        Assert.All(y.ToArray(), value => Assert.Equal(6f * Length, value));
        Assert.Empty(emulated.Reports);

        void Multiply() => a.MatMul(b, y, algorithm: MatMulAlgorithm.Wgmma, precision: MatMulPrecision.Tf32x3);
    }

    [Fact]
    public void ACapturedReductionRunsWithTheGraph()
    {
        using var emulated = Open();
        var device = emulated.Device;
        using var x = device.CreateUninitializedTensor<int>([Count]);
        using var row = device.CreateZeros<int>([4, 8]);
        using var rowSums = device.CreateZeros<int>([4]);
        using var sum = device.CreateScalar(0);
        int[] last = [1];
        row.Sum(last, rowSums);
        x.Fill(1);
        device.Synchronize();

        // Short rows need no scratch memory; a long one has none yet.
        using (device.DefaultStream.Capture(_ => row.Sum(last, rowSums)))
        {
        }

        using var other = device.CreateStream();
        using var otherSum = device.CreateZeros<int>([], other);
        x.Sum([], sum);
        device.Synchronize();
        var refused = Assert.Throws<InvalidOperationException>(() => other.Capture(_ => x.Sum([], otherSum)));
        Assert.Contains("scratch memory", refused.Message);
        Assert.Contains("run it once", refused.Message);

        using var graph = device.DefaultStream.Capture(_ => x.Sum([], sum));
        using var instance = graph.Instantiate();
        using var large = device.CreateZeros<int>([Count, 40]);
        using var largeSums = device.CreateZeros<int>([40]);
        int[] first = [0];
        for (var value = 2; value < 5; value++)
        {
            // The stream's own sums go on, and need more memory than the graph holds.
            x.Fill(value);
            large.Fill(value);
            large.Sum(first, largeSums);
            instance.Launch(other);
            x.Sum([], otherSum);
            Assert.Equal(value * Count, sum.ToScalar());
            Assert.Equal(value * Count, otherSum.ToScalar());
            Assert.All(largeSums.ToArray(), all => Assert.Equal(value * Count, all));
        }

        Assert.Empty(emulated.Reports);
    }

    private static EmulatedDevice Open()
    {
        var found = EmulatedDevice.IsSupported(out var reason);
        Assert.False(!found && Environment.GetEnvironmentVariable("CI") == "true", reason);
        Assert.SkipUnless(found, reason);
        return EmulatedDevice.Open();
    }
}
