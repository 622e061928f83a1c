namespace CudaKernels.Tests.Operations;

/// <summary>Decoding over pages beside the attention over whole tensors, threads, and what is refused.</summary>
public sealed class PagedAttentionTests : IDisposable
{
    private const int Heads = 4, KeyHeads = 2, HeadDim = 6, ValueDim = 5, PageLength = 4;

    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    // Rows are appended a few at a time, and each step sees what Attention sees of the rows so far.
    [Theory]
    [InlineData(1, null)]
    [InlineData(3, null)]
    [InlineData(2, 5L)]
    public void DecodingStepByStepIsTheAttentionOverTheRowsSoFar(int step, long? window)
    {
        const int steps = 6;
        var random = new Random(step);
        var options = new AttentionOptions { IsCausal = true, Window = window };
        using var q = Random(random, [1, Heads, step * steps, HeadDim]);
        using var k = Random(random, [1, KeyHeads, step * steps, HeadDim]);
        using var v = Random(random, [1, KeyHeads, step * steps, ValueDim]);
        using var keyPages = _device.CreateZeros<double>([8, KeyHeads, PageLength, HeadDim]);
        using var valuePages = _device.CreateZeros<double>([8, KeyHeads, PageLength, ValueDim]);
        using var table = _device.CreateTensor([6, 1, 3, 0, 7], [1, 5]);
        using var whole = q.Attention(k, v, options);
        using var y = _device.CreateZeros<double>([1, Heads, step, ValueDim]);
        using var logSumExp = _device.CreateZeros<double>([1, Heads, step]);
        for (var end = step; end <= step * steps; end += step)
        {
            using var lengths = _device.CreateTensor([end], [1]);
            using var newQueries = q.Slice(.., .., (end - step)..end, ..);
            using var newKeys = k.Slice(.., .., (end - step)..end, ..);
            using var newValues = v.Slice(.., .., (end - step)..end, ..);
            using var expected = whole.Slice(.., .., (end - step)..end, ..);
            newKeys.AppendToPages(newValues, keyPages, valuePages, table, lengths);
            newQueries.PagedAttention(keyPages, valuePages, table, lengths, y, logSumExp, options);
            Assert.All(y.ToArray().Zip(expected.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 12));
        }
    }

    [Fact]
    public void WithoutOptionsQueriesDoNotSeeThoseBehindThem()
    {
        using var cache = new Cache(_device, [6]);
        using var q = Random(new Random(1), [1, Heads, 3, HeadDim]);
        using var y = _device.CreateZeros<double>([1, Heads, 3, ValueDim]);
        using var causal = _device.CreateZeros<double>([1, Heads, 3, ValueDim]);
        using var everything = _device.CreateZeros<double>([1, Heads, 3, ValueDim]);
        cache.Attend(q, y, null);
        cache.Attend(q, causal, new AttentionOptions { IsCausal = true });
        cache.Attend(q, everything, new AttentionOptions());
        Assert.Equal(causal.ToArray(), y.ToArray());
        Assert.NotEqual(causal.ToArray(), everything.ToArray());
    }

    [Fact]
    public void ThreadsDoNotChangeABit()
    {
        using var one = new CpuDevice(new CpuDeviceOptions { Threads = 1 });
        using var several = new CpuDevice(new CpuDeviceOptions { Threads = 3 });
        Assert.Equal(All(one), All(several));

        static double[] All(CpuDevice device)
        {
            using var cache = new Cache(device, [7, 0, 8]);
            using var q = Random(device, new Random(2), [3, Heads, 2, HeadDim]);
            using var y = device.CreateZeros<double>([3, Heads, 2, ValueDim]);
            cache.Attend(q, y, null);
            return y.ToArray();
        }
    }

    [Fact]
    public void WhatIsOutOfRangeIsRefusedBeforeAnythingIsWritten()
    {
        using var q = Random(new Random(3), [1, Heads, 1, HeadDim]);
        using var k = Random(new Random(4), [1, KeyHeads, 2, HeadDim]);
        using var v = Random(new Random(5), [1, KeyHeads, 2, ValueDim]);
        using var y = _device.CreateZeros<double>([1, Heads, 1, ValueDim]);
        using var tooLong = new Cache(_device, [9]);
        using var negative = new Cache(_device, [-1]);
        using var noPage = new Cache(_device, [8]);
        noPage.Table.CopyFrom([1, 5]);
        foreach (var (cache, reason) in new[] { (tooLong, "[0, 8]"), (negative, "[0, 8]"), (noPage, "[0, 5)") })
        {
            var before = cache.Keys.ToArray();
            Assert.Contains(reason, Assert.Throws<ArgumentOutOfRangeException>(() => cache.Attend(q, y, null)).Message, StringComparison.Ordinal);
            Assert.Contains(reason, Assert.Throws<ArgumentOutOfRangeException>(() => k.AppendToPages(v, cache.Keys, cache.Values, cache.Table, cache.Lengths)).Message, StringComparison.Ordinal);
            Assert.Equal(before, cache.Keys.ToArray());
        }

        // The page is not looked at where no query sees it: the window begins behind the first page, and no row goes to the last one.
        noPage.Table.CopyFrom([5, 1]);
        noPage.Attend(q, y, new AttentionOptions { IsCausal = true, Window = 3 });
        k.AppendToPages(v, noPage.Keys, noPage.Values, noPage.Table, noPage.Lengths);
        Assert.All(y.ToArray(), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var cache = new Cache(_device, [6]);
        using var q = _device.CreateZeros<double>([1, Heads, 1, HeadDim]);
        using var y = _device.CreateZeros<double>([1, Heads, 1, ValueDim]);
        using var k = _device.CreateZeros<double>([1, KeyHeads, 2, HeadDim]);
        using var v = _device.CreateZeros<double>([1, KeyHeads, 2, ValueDim]);
        using var threeHeads = _device.CreateZeros<double>([1, 3, 1, HeadDim]);
        using var otherDim = _device.CreateZeros<double>([1, Heads, 1, 7]);
        using var twoSequences = _device.CreateZeros<double>([2, Heads, 1, HeadDim]);
        using var matrix = _device.CreateZeros<double>([3, 8]);
        using var logSumExp = _device.CreateZeros<float>([1, Heads, 1]);
        using var turned = _device.CreateZeros<double>([5, KeyHeads, ValueDim, PageLength]);
        using var strided = turned.TransposeView();
        Refuses(() => cache.Attend(threeHeads, y, null), "3 heads", "2 heads");
        Refuses(() => cache.Attend(otherDim, y, null), "[1, 4, 1, 7]", "[5, 2, 4, 6]");
        Refuses(() => cache.Attend(twoSequences, y, null), "2 sequences", "[1, 2]");
        Refuses(() => cache.Attend(matrix, y, null), "four dimensions", "[3, 8]");
        Refuses(() => cache.Attend(q, q, null), "[1, 4, 1, 5]", "[1, 4, 1, 6]");
        Refuses(() => q.PagedAttention(cache.Keys, cache.Values, cache.Table, cache.Lengths, y, logSumExp), "double", "Single");
        Refuses(() => q.PagedAttention(cache.Keys, strided, cache.Table, cache.Lengths, y), "strides");
        Refuses(() => q.PagedAttention(cache.Keys, v, cache.Table, cache.Lengths, y), "[5, 2, 4, 6]", "[1, 2, 2, 5]");
        Refuses(() => k.AppendToPages(k, cache.Keys, cache.Values, cache.Table, cache.Lengths), "[1, 2, 2, 5]", "[1, 2, 2, 6]");
        Refuses(() => matrix.AppendToPages(v, cache.Keys, cache.Values, cache.Table, cache.Lengths), "four dimensions");
        Refuses(() => k.AppendToPages(v, cache.Keys, cache.Keys, cache.Table, cache.Lengths), "[1, 2, 2, 6]", "[1, 2, 2, 5]");
        Assert.Throws<ArgumentNullException>(() => q.PagedAttention<double, double>(cache.Keys, cache.Values, cache.Table, cache.Lengths, y, null!));
    }

    private static void Refuses(Action mistake, params string[] named)
    {
        var message = Assert.Throws<ArgumentException>(mistake).Message;
        Assert.All(named, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    private static DeviceTensor<double> Random(ComputeDevice device, Random random, nint[] lengths)
    {
        var elements = new double[lengths.Aggregate((count, length) => count * length)];
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = (2 * random.NextDouble()) - 1;
        }

        return device.CreateTensor(elements, lengths);
    }

    private DeviceTensor<double> Random(Random random, nint[] lengths) => Random(_device, random, lengths);

    /// <summary>Five pages, of which each sequence has two.</summary>
    private sealed class Cache(CpuDevice device, int[] lengths) : IDisposable
    {
        public DeviceTensor<double> Keys { get; } = Random(device, new Random(8), [5, KeyHeads, PageLength, HeadDim]);

        public DeviceTensor<double> Values { get; } = Random(device, new Random(9), [5, KeyHeads, PageLength, ValueDim]);

        public DeviceTensor<int> Table { get; } = device.CreateTensor([.. Enumerable.Range(0, 2 * lengths.Length).Select(page => page * 3 % 5)], [lengths.Length, 2]);

        public DeviceTensor<int> Lengths { get; } = device.CreateTensor(lengths, [lengths.Length]);

        public void Attend(DeviceTensor<double> q, DeviceTensor<double> y, AttentionOptions? options) => q.PagedAttention(Keys, Values, Table, Lengths, y, options);

        public void Dispose()
        {
            Keys.Dispose();
            Values.Dispose();
            Table.Dispose();
            Lengths.Dispose();
        }
    }
}
