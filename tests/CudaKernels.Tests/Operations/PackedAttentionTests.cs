namespace CudaKernels.Tests.Operations;

/// <summary>Packed sequences beside each of them alone, rows of none, threads, and what is refused.</summary>
public sealed class PackedAttentionTests : IDisposable
{
    private const int Heads = 4, KeyHeads = 2, HeadDim = 6, ValueDim = 5;

    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(true, 40L)]
    public void EachSequenceIsAsAlone(bool isCausal, long? window)
    {
        int[] queryOffsets = [2, 72, 72, 75], keyOffsets = [1, 100, 103, 110];
        var options = new AttentionOptions { IsCausal = isCausal, Window = window };
        using var run = new Run(_device, queryOffsets, keyOffsets, allQueries: 77, allKeys: 111);
        run.Forward(options);
        run.Backward(options);
        for (var sequence = 0; sequence < 3; sequence++)
        {
            var (queries, keys) = (queryOffsets[sequence]..queryOffsets[sequence + 1], keyOffsets[sequence]..keyOffsets[sequence + 1]);
            using var q = Alone(run.Q, queries);
            using var k = Alone(run.K, keys);
            using var v = Alone(run.V, keys);
            using var dy = Alone(run.Dy, queries);
            using var y = _device.CreateZeros<double>(dy.Lengths);
            using var logSumExp = _device.CreateZeros<double>(dy.Lengths[..3]);
            using var dq = _device.CreateZeros<double>(q.Lengths);
            using var dk = _device.CreateZeros<double>(k.Lengths);
            using var dv = _device.CreateZeros<double>(v.Lengths);
            q.Attention(k, v, y, logSumExp, options);
            q.AttentionGradient(k, v, y, logSumExp, dy, dq, dk, dv, options);
            Same(y, run.Y, queries);
            Same(dq, run.Dq, queries);
            Same(dk, run.Dk, keys);
            Same(dv, run.Dv, keys);
        }
    }

    [Fact]
    public void RowsOfNoSequenceAreNotWritten()
    {
        using var run = new Run(_device, [1, 3], [2, 5], allQueries: 4, allKeys: 6);
        foreach (var result in new[] { run.Y, run.Dq, run.Dk, run.Dv })
        {
            result.Fill(7);
        }

        run.Forward(new AttentionOptions());
        run.Backward(new AttentionOptions());
        Untouched(run.Y, Heads * ValueDim, 1, 1);
        Untouched(run.Dq, Heads * HeadDim, 1, 1);
        Untouched(run.Dk, KeyHeads * HeadDim, 2, 1);
        Untouched(run.Dv, KeyHeads * ValueDim, 2, 1);

        static void Untouched(DeviceTensor<double> tensor, int width, int before, int after)
        {
            var elements = tensor.ToArray();
            Assert.All(elements[..(before * width)], value => Assert.Equal(7, value));
            Assert.All(elements[^(after * width)..], value => Assert.Equal(7, value));
            Assert.All(elements[(before * width)..^(after * width)], value => Assert.NotEqual(7, value));
        }
    }

    [Fact]
    public void SlicesOfOneTensorTakeTheGradientsAndRowsOfNoSequenceStay()
    {
        using var run = new Run(_device, [1, 3], [2, 5], allQueries: 6, allKeys: 6);
        run.Forward(new AttentionOptions());
        run.Backward(new AttentionOptions());
        using var all = _device.CreateZeros<double>([6, Heads + KeyHeads, HeadDim]);
        all.Fill(7);
        using var results = _device.CreateZeros<double>([6, Heads, ValueDim + 1]);
        results.Fill(7);
        using var y = results.Slice(.., .., 1..);
        using var dq = all.Slice(.., ..Heads);
        using var dk = all.Slice(.., Heads..);
        using var logSumExp = _device.CreateZeros<double>([6, Heads]);
        var options = new AttentionOptions();
        run.Q.PackedAttention(run.K, run.V, run.QueryOffsets, run.KeyOffsets, 2, y, logSumExp, options);
        run.Q.PackedAttentionGradient(run.K, run.V, run.QueryOffsets, run.KeyOffsets, 2, 3, y, logSumExp, run.Dy, dq, dk, run.Dv, options);
        SameInside(run.Y, y, 1..3);
        SameInside(run.Dq, dq, 1..3);
        SameInside(run.Dk, dk, 2..5);

        static void SameInside(DeviceTensor<double> dense, DeviceTensor<double> strided, Range rows)
        {
            using var expected = dense.Slice(rows);
            using var actual = strided.Slice(rows);
            Assert.Equal(expected.ToArray(), actual.ToArray());
            using var before = strided.Slice(..rows.Start);
            using var after = strided.Slice(rows.End..);
            Assert.All([.. before.ToArray(), .. after.ToArray()], value => Assert.Equal(7, value));
        }
    }

    [Fact]
    public void ThreadsDoNotChangeABit()
    {
        using var one = new CpuDevice(new CpuDeviceOptions { Threads = 1 });
        using var several = new CpuDevice(new CpuDeviceOptions { Threads = 3 });
        Assert.Equal(All(one), All(several));

        static double[] All(CpuDevice device)
        {
            using var run = new Run(device, [0, 130, 140], [0, 9, 80], allQueries: 140, allKeys: 80);
            run.Forward(new AttentionOptions { Window = 50 });
            run.Backward(new AttentionOptions { Window = 50 });
            return [.. run.Y.ToArray(), .. run.Dq.ToArray(), .. run.Dk.ToArray(), .. run.Dv.ToArray()];
        }
    }

    [Fact]
    public void OffsetsThatNameNoRowsAreRefused()
    {
        using var run = new Run(_device, [0, 3, 4], [0, 2, 6], allQueries: 4, allKeys: 6);
        OutOfRange([0, 3, 5], [0, 2, 6], "[0, 4]");
        OutOfRange([0, 3, 2], [0, 2, 6], "below the one before");
        OutOfRange([-1, 3, 4], [0, 2, 6], "outside");
        OutOfRange([0, 4, 4], [0, 2, 6], "more rows than the 3");
        OutOfRange([0, 3, 4], [0, 2, 7], "[0, 6]");

        void OutOfRange(int[] queries, int[] keys, string reason)
        {
            run.QueryOffsets.CopyFrom(queries);
            run.KeyOffsets.CopyFrom(keys);
            Assert.Contains(reason, Assert.Throws<ArgumentOutOfRangeException>(() => run.Forward(new AttentionOptions())).Message, StringComparison.Ordinal);
            Assert.Contains(reason, Assert.Throws<ArgumentOutOfRangeException>(() => run.Backward(new AttentionOptions())).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var run = new Run(_device, [0, 3, 4], [0, 2, 6], allQueries: 4, allKeys: 6);
        using var threeHeads = _device.CreateZeros<double>([4, 3, HeadDim]);
        using var otherDim = _device.CreateZeros<double>([6, KeyHeads, 7]);
        using var noWidth = _device.CreateZeros<double>([6, KeyHeads, 0]);
        using var fewer = _device.CreateZeros<int>([2]);
        using var batch = _device.CreateZeros<double>([1, Heads, 4, HeadDim]);
        Refuses(() => threeHeads.PackedAttention(run.K, run.V, run.QueryOffsets, run.KeyOffsets, 3, run.Y), "3 heads", "2 heads");
        Refuses(() => run.Q.PackedAttention(otherDim, run.V, run.QueryOffsets, run.KeyOffsets, 3, run.Y), "[4, 4, 6]", "[6, 2, 7]");
        Refuses(() => run.Q.PackedAttention(run.K, noWidth, run.QueryOffsets, run.KeyOffsets, 3, run.Y), "[6, 2, 0]");
        Refuses(() => run.Q.PackedAttention(run.K, run.V, fewer, run.KeyOffsets, 3, run.Y), "[2]", "[3]");
        Refuses(() => batch.PackedAttention(run.K, run.V, run.QueryOffsets, run.KeyOffsets, 3, run.Y), "three dimensions", "[1, 4, 4, 6]");
        Refuses(() => run.Q.PackedAttention(run.K, run.V, run.QueryOffsets, run.KeyOffsets, 3, run.Q), "[4, 4, 5]", "[4, 4, 6]");
        Refuses(() => run.Q.PackedAttention(run.K, run.K, run.QueryOffsets, run.KeyOffsets, 3, run.Q), "overlaps");
        Assert.Throws<ArgumentOutOfRangeException>(() => run.Q.PackedAttention(run.K, run.V, run.QueryOffsets, run.KeyOffsets, -1, run.Y));
        Assert.Throws<ArgumentNullException>(() => run.Q.PackedAttention<double, double>(run.K, run.V, run.QueryOffsets, run.KeyOffsets, 3, run.Y, null!));
    }

    private static void Refuses(Action mistake, params string[] named)
    {
        var message = Assert.Throws<ArgumentException>(mistake).Message;
        Assert.All(named, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    /// <summary>The rows of one sequence, [1, heads, rows, width].</summary>
    private DeviceTensor<double> Alone(DeviceTensor<double> packed, Range rows)
    {
        var (heads, width) = ((int)packed.Lengths[1], (int)packed.Lengths[2]);
        var (all, first, count) = (packed.ToArray(), rows.Start.Value, rows.End.Value - rows.Start.Value);
        var elements = new double[heads * count * width];
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = all[((((i / width % count) + first) * heads) + (i / width / count)) * width + (i % width)];
        }

        return _device.CreateTensor(elements, [1, heads, count, width]);
    }

    private void Same(DeviceTensor<double> alone, DeviceTensor<double> packed, Range rows)
    {
        using var mine = Alone(packed, rows);
        Assert.All(alone.ToArray().Zip(mine.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 12));
    }

    private sealed class Run(CpuDevice device, int[] queryOffsets, int[] keyOffsets, int allQueries, int allKeys) : IDisposable
    {
        private readonly nint _mostQueries = Most(queryOffsets);
        private readonly nint _mostKeys = Most(keyOffsets);
        private readonly DeviceTensor<double> _logSumExp = Random(device, 6, [allQueries, Heads]);

        public DeviceTensor<double> Q { get; } = Random(device, 1, [allQueries, Heads, HeadDim]);

        public DeviceTensor<double> K { get; } = Random(device, 2, [allKeys, KeyHeads, HeadDim]);

        public DeviceTensor<double> V { get; } = Random(device, 3, [allKeys, KeyHeads, ValueDim]);

        public DeviceTensor<double> Y { get; } = Random(device, 4, [allQueries, Heads, ValueDim]);

        public DeviceTensor<double> Dy { get; } = Random(device, 5, [allQueries, Heads, ValueDim]);

        public DeviceTensor<double> Dq { get; } = device.CreateZeros<double>([allQueries, Heads, HeadDim]);

        public DeviceTensor<double> Dk { get; } = device.CreateZeros<double>([allKeys, KeyHeads, HeadDim]);

        public DeviceTensor<double> Dv { get; } = device.CreateZeros<double>([allKeys, KeyHeads, ValueDim]);

        public DeviceTensor<int> QueryOffsets { get; } = device.CreateTensor(queryOffsets, [queryOffsets.Length]);

        public DeviceTensor<int> KeyOffsets { get; } = device.CreateTensor(keyOffsets, [keyOffsets.Length]);

        public void Forward(AttentionOptions options) => Q.PackedAttention(K, V, QueryOffsets, KeyOffsets, _mostQueries, Y, _logSumExp, options);

        public void Backward(AttentionOptions options) => Q.PackedAttentionGradient(K, V, QueryOffsets, KeyOffsets, _mostQueries, _mostKeys, Y, _logSumExp, Dy, Dq, Dk, Dv, options);

        public void Dispose()
        {
            foreach (var tensor in new[] { Q, K, V, Y, Dy, Dq, Dk, Dv, _logSumExp })
            {
                tensor.Dispose();
            }

            QueryOffsets.Dispose();
            KeyOffsets.Dispose();
        }

        private static nint Most(int[] offsets) => offsets.Skip(1).Zip(offsets, (end, begin) => end - begin).Max();

        private static DeviceTensor<double> Random(CpuDevice device, int seed, nint[] lengths)
        {
            var random = new Random(seed);
            var elements = new double[lengths.Aggregate((count, length) => count * length)];
            for (var i = 0; i < elements.Length; i++)
            {
                elements[i] = (2 * random.NextDouble()) - 1;
            }

            return device.CreateTensor(elements, lengths);
        }
    }
}
