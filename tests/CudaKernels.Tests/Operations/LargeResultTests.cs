namespace CudaKernels.Tests;

/// <summary>Results that no cache holds leave past the caches: they are what those of parts are that the caches do hold.</summary>
public sealed class LargeResultTests
{
    // An odd number of columns puts each row at another place of a cache line.
    [Theory]
    [InlineData(2_051, 4_099, 1)]
    [InlineData(2_051, 4_099, 2)]
    [InlineData(65, 130_001, 2)]
    public void Rows(int rows, int columns, int threads)
    {
        using var device = new CpuDevice(new CpuDeviceOptions { Threads = threads });
        using var x = device.CreateTensor(Values(rows, columns), [rows, columns]);
        Assert.True(x.FlattenedLength * sizeof(float) >= StreamedCopy.LeastBytes);
        using var y = x.Softmax();
        using var normalized = x.LayerNorm(null, null);
        for (var row = 0; row < rows; row += 37)
        {
            using var part = x.Slice(row..(row + 1));
            using var softmax = part.Softmax();
            using var norm = part.LayerNorm(null, null);
            using var softmaxOfAll = y.Slice(row..(row + 1));
            using var normOfAll = normalized.Slice(row..(row + 1));
            Assert.Equal(softmax.ToArray(), softmaxOfAll.ToArray());
            Assert.Equal(norm.ToArray(), normOfAll.ToArray());
        }
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void RotaryEmbedding(bool isInterleaved, int threads)
    {
        const int heads = 43, tokens = 2_051;
        using var device = new CpuDevice(new CpuDeviceOptions { Threads = threads });
        var (cosines, sines) = RotaryTables.Create<float>(device, tokens, RotaryTables.Frequencies(66));
        using var first = cosines;
        using var second = sines;
        using var x = device.CreateTensor(Values(heads * tokens, 101), [1, heads, tokens, 101]);
        Assert.True(x.FlattenedLength * sizeof(float) >= StreamedCopy.LeastBytes);
        using var y = x.RotaryEmbedding(cosines, sines, isInterleaved: isInterleaved);
        for (var head = 0; head < heads; head += 6)
        {
            using var part = x.Slice(.., head..(head + 1), .., ..);
            using var turned = part.RotaryEmbedding(cosines, sines, isInterleaved: isInterleaved);
            using var turnedOfAll = y.Slice(.., head..(head + 1), .., ..);
            Assert.Equal(turned.ToArray(), turnedOfAll.ToArray());
        }
    }

    [Theory]
    [InlineData(3_001, 3_003, 1)]
    [InlineData(3_001, 3_003, 2)]
    [InlineData(300, 401, 2)]
    public void Transposed(int rows, int columns, int threads)
    {
        using var device = new CpuDevice(new CpuDeviceOptions { Threads = threads });
        var values = Values(rows, columns);
        using var x = device.CreateTensor(values, [rows, columns]);
        using var view = x.TransposeView();
        using var turned = view.Clone();
        var got = turned.ToArray();
        Assert.Equal(-1, Enumerable.Range(0, got.Length).FirstOrDefault(i => got[i] != values[(i % rows * columns) + (i / rows)], -1));
    }

    private static float[] Values(int rows, int columns) => [.. Enumerable.Range(0, rows * columns).Select(i => ((i * 7_919L % 10_007) - 5_000) * 1e-3f)];
}
