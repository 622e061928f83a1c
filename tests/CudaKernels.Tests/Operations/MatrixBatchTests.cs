namespace CudaKernels.Tests;

/// <summary>Batches longer than the grid: into which launches they are broken, and where the matrices of each begin.</summary>
public sealed class MatrixBatchTests
{
    private const long Most = ProductLaunch.MaxBatchBlocks;

    [Theory]
    [InlineData(0, new long[0])]
    [InlineData(1, new long[] { 1 })]
    [InlineData(Most - 1, new[] { Most - 1 })]
    [InlineData(Most, new[] { Most })]
    [InlineData(Most + 1, new[] { Most, 1 })]
    [InlineData(2 * Most, new[] { Most, Most })]
    [InlineData((2 * Most) + 4_465, new[] { Most, Most, 4_465 })]
    public void PartsFollowEachOther(long count, long[] counts)
    {
        var batch = new MatrixBatch(count, 3, 5, 7, 11, 0, 13);
        var parts = new List<MatrixBatch>();
        foreach (var part in batch.Parts(Most))
        {
            parts.Add(part);
        }

        var first = 0L;
        Assert.Equal(counts, parts.ConvertAll(part => part.Count));
        foreach (var part in parts)
        {
            Assert.Equal(new MatrixBatch(part.Count, 3 + (first * 11), 5, 7 + (first * 13), 11, 0, 13), part);
            first += part.Count;
        }
    }

    [Fact]
    public void ALaunchTakesAPart()
    {
        foreach (var part in new MatrixBatch(Most + 1, 0, 0, 0, 1, 1, 1).Parts(Most))
        {
            Assert.Equal((uint)part.Count, ProductLaunch.Staged(40, 40, part.Count, sizeof(float)).Grid.Y);
            Assert.Equal((uint)part.Count, ProductLaunch.Mma(40, 40, part.Count).Grid.Y);
        }
    }

    // All products have one A; the operand has a number for each matrix.
    [Fact]
    public void ALoopOverTensorsStopsWhereALaunchDoes()
    {
        const int Count = 70_000;
        using var device = new CpuDevice();
        using var a = device.CreateZeros<float>([1, 2, 3]);
        using var b = device.CreateZeros<float>([Count, 3, 2]);
        using var c = device.CreateZeros<float>([Count, 2, 2]);
        using var operand = device.CreateZeros<float>([Count, 1, 1]);
        var loop = BatchLoop.Create(c, a, b, operand);
        Assert.Equal(new MatrixBatch(Most, 0, 0, 0, 0, 6, 4), loop.From(0, Most));
        Assert.Equal(new MatrixBatch(Count - Most, 0, 6 * Most, 4 * Most, 0, 6, 4), loop.From(Most, Most));
        Assert.Equal((Most, 1), (loop.Offset(0, Most), loop.Step(0)));
    }
}
