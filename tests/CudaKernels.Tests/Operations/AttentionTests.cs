namespace CudaKernels.Tests.Operations;

/// <summary>The attention's gradients against differences of the attention, where its masks lie, threads, and what it refuses.</summary>
public sealed class AttentionTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(2, 2, 2, 3, 5, 4, 3, false, null, null)]
    [InlineData(1, 4, 2, 4, 6, 3, 5, true, null, 0.9)]
    [InlineData(1, 6, 2, 5, 3, 2, 2, true, null, null)]
    [InlineData(1, 2, 1, 6, 7, 3, 2, false, 2L, -0.6)]
    [InlineData(1, 2, 1, 70, 68, 2, 1, true, 40L, null)]
    [InlineData(1, 1, 1, 66, 9, 1, 2, false, 60L, null)]
    public void GradientsAreThoseOfTheAttention(int batch, int heads, int keyHeads, int queries, int keys, int headDim, int valueDim, bool isCausal, long? window, double? scale)
    {
        var random = new Random(queries);
        var options = new AttentionOptions { IsCausal = isCausal, Window = window, Scale = scale };
        using var q = CentralDifferences.Random(_device, random, [batch, heads, queries, headDim]);
        using var k = CentralDifferences.Random(_device, random, [batch, keyHeads, keys, headDim]);
        using var v = CentralDifferences.Random(_device, random, [batch, keyHeads, keys, valueDim]);
        using var dy = CentralDifferences.Random(_device, random, [batch, heads, queries, valueDim]);
        using var logSumExp = _device.CreateZeros<double>([batch, heads, queries]);
        using var y = _device.CreateZeros<double>(dy.Lengths);
        using var dq = _device.CreateZeros<double>(q.Lengths);
        using var dk = _device.CreateZeros<double>(k.Lengths);
        using var dv = _device.CreateZeros<double>(v.Lengths);
        q.Attention(k, v, y, logSumExp, options);
        q.AttentionGradient(k, v, y, logSumExp, dy, dq, dk, dv, options);
        CentralDifferences.Verify(q, dq.ToArray(), Value);
        CentralDifferences.Verify(k, dk.ToArray(), Value);
        CentralDifferences.Verify(v, dv.ToArray(), Value);

        double Value()
        {
            q.Attention(k, v, y, options);
            return CentralDifferences.Dot(y, dy);
        }
    }

    // Values that are powers of ten show which keys are seen: without a scale every one has the same weight.
    [Theory]
    [InlineData(3, 3, true, null, new[] { 1f, 11, 111 })]
    [InlineData(2, 4, true, null, new[] { 111f, 1111 })]
    [InlineData(4, 2, true, null, new[] { 0f, 0, 1, 11 })]
    [InlineData(1, 3, true, null, new[] { 111f })]
    [InlineData(4, 4, true, 1L, new[] { 1f, 11, 110, 1100 })]
    [InlineData(4, 4, false, 1L, new[] { 11f, 111, 1110, 1100 })]
    [InlineData(3, 3, false, 0L, new[] { 1f, 10, 100 })]
    [InlineData(5, 2, false, 1L, new[] { 0f, 0, 1, 11, 11 })]
    [InlineData(2, 3, false, long.MaxValue, new[] { 111f, 111 })]
    public void MasksAreAlignedToTheEnd(int queries, int keys, bool isCausal, long? window, float[] seen)
    {
        using var q = _device.CreateZeros<float>([1, 1, queries, 1]);
        using var k = _device.CreateZeros<float>([1, 1, keys, 1]);
        using var v = _device.CreateTensor([.. Enumerable.Range(0, keys).Select(key => MathF.Pow(10, key))], [1, 1, keys, 1]);
        using var logSumExp = _device.CreateZeros<float>([1, 1, queries]);
        using var y = _device.CreateZeros<float>(q.Lengths);
        var options = new AttentionOptions { Scale = 0, IsCausal = isCausal, Window = window };
        q.Attention(k, v, y, logSumExp, options);
        var counts = Array.ConvertAll(logSumExp.ToArray(), MathF.Exp);
        Assert.Equal(seen, y.ToArray().Zip(counts, (mean, count) => MathF.Round(mean * count)));
        Assert.Equal(seen.Select(sum => sum == 0), logSumExp.ToArray().Select(float.IsNegativeInfinity));
        using var allocated = q.Attention(k, v, options);
        Assert.Equal(y.ToArray(), allocated.ToArray());
    }

    [Fact]
    public void KeysThatAreNotSeenDoNotCount()
    {
        // A block of queries holds 64 of them: those after the first ones see keys that the first ones do not.
        var random = new Random(5);
        float[] Elements(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble())];
        var (queries, keys, values, gradients) = (Elements(200), Elements(200), Elements(200), Elements(200));
        using var wholeKeys = _device.CreateTensor(keys, [1, 1, 100, 2]);
        var whole = All(wholeKeys, values);
        (keys[^1], values[^1]) = (float.NaN, float.PositiveInfinity);
        using var brokenKeys = _device.CreateTensor(keys, [1, 1, 100, 2]);
        var broken = All(brokenKeys, values);
        Assert.Equal(whole.Y[..^2], broken.Y[..^2]);
        Assert.Equal(whole.Dq[..^2], broken.Dq[..^2]);
        Assert.All(broken.Y[^2..], value => Assert.False(float.IsFinite(value)));

        (float[] Y, float[] Dq) All(DeviceTensor<float> k, float[] elements)
        {
            using var q = _device.CreateTensor(queries, [1, 1, 100, 2]);
            using var v = _device.CreateTensor(elements, [1, 1, 100, 2]);
            using var dy = _device.CreateTensor(gradients, [1, 1, 100, 2]);
            using var logSumExp = _device.CreateZeros<float>([1, 1, 100]);
            using var y = _device.CreateZeros<float>(q.Lengths);
            using var dq = _device.CreateZeros<float>(q.Lengths);
            using var dk = _device.CreateZeros<float>(q.Lengths);
            using var dv = _device.CreateZeros<float>(q.Lengths);
            var options = new AttentionOptions { IsCausal = true };
            q.Attention(k, v, y, logSumExp, options);
            q.AttentionGradient(k, v, y, logSumExp, dy, dq, dk, dv, options);
            return (y.ToArray(), dq.ToArray());
        }
    }

    [Theory]
    [InlineData(4, 2)]
    [InlineData(1, 1)]
    public void ThreadsDoNotChangeABit(int heads, int keyHeads)
    {
        using var one = new CpuDevice(new CpuDeviceOptions { Threads = 1 });
        using var several = new CpuDevice(new CpuDeviceOptions { Threads = 3 });
        var random = new Random(3);
        var elements = Enumerable.Range(0, heads * 200 * 32).Select(_ => (float)random.NextDouble()).ToArray();
        Assert.Equal(All(one), All(several));

        float[] All(ComputeDevice device)
        {
            var options = new AttentionOptions { Window = 150 };
            using var q = device.CreateTensor(elements, [1, heads, 200, 32]);
            using var k = device.CreateTensor(elements.AsSpan(0, keyHeads * 200 * 32), [1, keyHeads, 200, 32]);
            using var y = device.CreateZeros<float>(q.Lengths);
            using var logSumExp = device.CreateZeros<float>([1, heads, 200]);
            using var dq = device.CreateZeros<float>(q.Lengths);
            using var dk = device.CreateZeros<float>(k.Lengths);
            using var dv = device.CreateZeros<float>(k.Lengths);
            q.Attention(k, k, y, logSumExp, options);
            q.AttentionGradient(k, k, y, logSumExp, q, dq, dk, dv, options);
            return [.. y.ToArray(), .. logSumExp.ToArray(), .. dq.ToArray(), .. dk.ToArray(), .. dv.ToArray()];
        }
    }

    // As a layer calls it that projects to queries, keys and values at once, and takes their gradients back in one tensor.
    [Fact]
    public void SlicesOfOneTensorTakeTheGradients()
    {
        const int Batch = 2, Rows = 5, Heads = 3, Width = 4;
        var random = new Random(8);
        using var all = CentralDifferences.Random(_device, random, [Batch, Rows, 3, Heads, Width]);
        using var gradients = _device.CreateZeros<double>(all.Lengths);
        using var rows = _device.CreateZeros<double>([Batch, Rows, Heads, Width]);
        using var y = rows.PermuteDimensions(0, 2, 1, 3);
        using var dy = CentralDifferences.Random(_device, random, [Batch, Heads, Rows, Width]);
        using var logSumExp = _device.CreateZeros<double>([Batch, Heads, Rows]);
        using var q = Part(all, 0);
        using var k = Part(all, 1);
        using var v = Part(all, 2);
        using var dq = Part(gradients, 0);
        using var dk = Part(gradients, 1);
        using var dv = Part(gradients, 2);
        var options = new AttentionOptions { IsCausal = true };
        q.Attention(k, v, y, logSumExp, options);
        q.AttentionGradient(k, v, y, logSumExp, dy, dq, dk, dv, options);
        CentralDifferences.Verify(all, gradients.ToArray(), () =>
        {
            using var now = q.Attention(k, v, options);
            return CentralDifferences.Dot(now, dy);
        });

        // In place of the inputs' memory only what no input reads: the slices of one tensor are apart, each from itself is not.
        Refuses(() => q.AttentionGradient(k, v, y, logSumExp, dy, dq, dk, q), "overlaps");

        static DeviceTensor<double> Part(DeviceTensor<double> whole, int which)
        {
            using var slice = whole.Slice(.., .., which..(which + 1));
            using var part = slice.Squeeze(2);
            return part.PermuteDimensions(0, 2, 1, 3);
        }
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var q = _device.CreateZeros<float>([2, 4, 3, 8]);
        using var k = _device.CreateZeros<float>([2, 2, 5, 8]);
        using var v = _device.CreateZeros<float>([2, 2, 5, 6]);
        using var y = _device.CreateZeros<float>([2, 4, 3, 6]);
        using var dy = _device.CreateZeros<float>([2, 4, 3, 6]);
        using var logSumExp = _device.CreateZeros<float>([2, 4, 3]);
        using var dq = _device.CreateZeros<float>(q.Lengths);
        using var dk = _device.CreateZeros<float>(k.Lengths);
        using var dv = _device.CreateZeros<float>(v.Lengths);
        using var matrix = _device.CreateZeros<float>([3, 8]);
        using var otherDim = _device.CreateZeros<float>([2, 2, 5, 7]);
        using var otherBatch = _device.CreateZeros<float>([1, 2, 5, 8]);
        using var otherKeys = _device.CreateZeros<float>([2, 2, 4, 6]);
        using var threeHeads = _device.CreateZeros<float>([2, 3, 5, 8]);
        using var noHeads = _device.CreateZeros<float>([2, 0, 5, 8]);
        using var noWidth = _device.CreateZeros<float>([2, 2, 5, 0]);
        using var wide = _device.CreateZeros<double>([2, 4, 3]);
        using var other = new CpuDevice();
        using var foreign = other.CreateZeros<float>(y.Lengths);
        using var one = y.Slice(.., .., ..1);
        using var broadcast = one.BroadcastTo(2, 4, 3, 6);
        Refuses(() => matrix.Attention(k, v), "[3, 8]", "four dimensions");
        Refuses(() => q.Attention(otherDim, v), "[2, 4, 3, 8]", "[2, 2, 5, 7]");
        Refuses(() => q.Attention(otherBatch, v), "[1, 2, 5, 8]");
        Refuses(() => q.Attention(k, otherKeys), "[2, 2, 5, 8]", "[2, 2, 4, 6]");
        Refuses(() => q.Attention(threeHeads, threeHeads), "4 heads", "3 heads");
        Refuses(() => q.Attention(noHeads, noHeads), "4 heads", "0 heads");
        Refuses(() => q.Attention(k, noWidth), "[2, 2, 5, 0]");
        Refuses(() => q.Attention(k, v, q), "[2, 4, 3, 6]", "[2, 4, 3, 8]");
        Refuses(() => q.Attention(k, k, q), "overlaps");
        Refuses(() => q.Attention(k, v, foreign), "copy one of them");
        Refuses(() => q.Attention(k, v, y, matrix), "[2, 4, 3]", "[3, 8]");
        Refuses(() => q.Attention(k, v, y, wide), "float", "Double");
        Refuses(() => q.Attention(k, v, broadcast), "broadcast view");
        using var oneQuery = dq.Slice(.., .., ..1);
        using var sameQueries = oneQuery.BroadcastTo(2, 4, 3, 8);
        Refuses(() => q.AttentionGradient(k, v, y, logSumExp, dy, sameQueries, dk, dv), "broadcast view");
        Refuses(() => q.AttentionGradient(k, v, q, logSumExp, dy, dq, dk, dv), "[2, 4, 3, 6]", "[2, 4, 3, 8]");
        Refuses(() => q.AttentionGradient(k, v, y, logSumExp, q, dq, dk, dv), "[2, 4, 3, 6]", "[2, 4, 3, 8]");
        Refuses(() => q.AttentionGradient(k, v, y, wide, dy, dq, dk, dv), "float", "Double");
        Refuses(() => q.AttentionGradient(k, v, y, logSumExp, dy, dk, dk, dv), "[2, 4, 3, 8]", "[2, 2, 5, 8]");
        Refuses(() => q.AttentionGradient(k, v, y, logSumExp, dy, dq, k, dv), "overlaps");
        Refuses(() => q.AttentionGradient(k, v, y, logSumExp, dy, dq, dk, v), "overlaps");
        Refuses(() => q.AttentionGradient(k, k, q, logSumExp, dq, dq, dk, k), "overlaps");
        Assert.Throws<ArgumentNullException>(() => q.Attention<float, float>(k, v, y, null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AttentionOptions { Window = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new AttentionOptions { Scale = double.NaN });
    }

    private static void Refuses(Action mistake, params string[] named)
    {
        var message = Assert.Throws<ArgumentException>(mistake).Message;
        Assert.All(named, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
