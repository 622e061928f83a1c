namespace CudaKernels.Tests.Operations;

/// <summary>The attention of 8-bit floats against that of what they are worth, threads, special scales, and what it refuses.</summary>
public sealed class QuantizedAttentionTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ItIsTheAttentionOfWhatTheNumbersAreWorth(bool isPerHead)
    {
        using var q = Random([2, 4, 70, 24]);
        using var k = Random([2, 2, 90, 24]);
        using var v = Random([2, 2, 90, 10]);
        using var queryScale = Scale(isPerHead ? [0.5f, 0.75f, 1.5f, 3] : [0.7f]);
        using var keyScale = Scale(isPerHead ? [-0.5f, 2] : [0.3f]);
        using var valueScale = Scale(isPerHead ? [10f, 0.1f] : [5f]);
        using var wideQueries = q.Dequantize<Float8E4M3, float>(queryScale, axis: 1);
        using var wideKeys = k.Dequantize<Float8E4M3, float>(keyScale, axis: 1);
        using var wideValues = v.Dequantize<Float8E4M3, float>(valueScale, axis: 1);
        var options = new AttentionOptions { IsCausal = true, Window = 50 };
        using var y = _device.CreateZeros<float>([2, 4, 70, 10]);
        using var logSumExp = _device.CreateZeros<float>([2, 4, 70]);
        using var expected = _device.CreateZeros<float>(y.Lengths);
        using var expectedSums = _device.CreateZeros<float>(logSumExp.Lengths);
        q.QuantizedAttention(queryScale, k, keyScale, v, valueScale, y, logSumExp, options);
        wideQueries.Attention(wideKeys, wideValues, expected, expectedSums, options);
        Assert.All(expected.ToArray().Zip(y.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.All(expectedSums.ToArray().Zip(logSumExp.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        using var fresh = q.QuantizedAttention<float>(queryScale, k, keyScale, v, valueScale, options);
        Assert.Equal(y.ToArray(), fresh.ToArray());
    }

    [Fact]
    public void TheNumberOfThreadsDoesNotChangeTheResult()
    {
        using var single = new CpuDevice(new CpuDeviceOptions { Threads = 1 });
        using var several = new CpuDevice(new CpuDeviceOptions { Threads = 3 });
        Assert.Equal(Run(single), Run(several));

        static Half[] Run(CpuDevice device)
        {
            using var q = Random(device, [1, 3, 150, 16]);
            using var one = device.CreateTensor([0.5f], [1]);
            using var y = q.QuantizedAttention<Half>(one, q, one, q, one);
            return y.ToArray();
        }
    }

    // The first two of four queries see none of two keys.
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void QueriesWithoutKeysGiveZerosWhateverTheScales(float special)
    {
        using var q = Random([1, 1, 4, 8]);
        using var k = Random([1, 1, 2, 8]);
        using var scale = Scale(special);
        using var y = q.QuantizedAttention<float>(scale, k, scale, k, scale, new AttentionOptions { IsCausal = true });
        Assert.All(y.ToArray()[..16], value => Assert.Equal(0, value));
        Assert.All(y.ToArray()[16..], value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void MistakesAreRefused()
    {
        using var q = Random([1, 4, 3, 8]);
        using var k = Random([1, 2, 5, 8]);
        using var one = Scale(1);
        using var two = Scale(1, 2);
        using var four = Scale(1, 2, 3, 4);
        using var y = _device.CreateZeros<Half>([1, 4, 3, 8]);
        using var logSumExp = _device.CreateZeros<float>([1, 4, 2]);
        q.QuantizedAttention(four, k, two, k, two, y);
        Assert.Equal("queryScale", Assert.Throws<ArgumentException>(() => q.QuantizedAttention(two, k, one, k, one, y)).ParamName);
        Assert.Equal("keyScale", Assert.Throws<ArgumentException>(() => q.QuantizedAttention(four, k, four, k, one, y)).ParamName);
        Assert.Equal("valueScale", Assert.Throws<ArgumentException>(() => q.QuantizedAttention(four, k, one, k, four, y)).ParamName);
        Assert.Equal("valueScale", Assert.Throws<ArgumentNullException>(() => q.QuantizedAttention(one, k, one, k, null!, y)).ParamName);
        Assert.Throws<ArgumentException>(() => q.QuantizedAttention(one, k, one, k, one, y, logSumExp));
        Assert.Throws<ArgumentException>(() => q.QuantizedAttention(one, q, one, k, one, y));
        using var wide = _device.CreateZeros<double>(y.Lengths);
        Assert.Contains("Double", Assert.Throws<ArgumentException>(() => q.QuantizedAttention(one, k, one, k, one, wide)).Message, StringComparison.Ordinal);
        using var sums = _device.CreateZeros<float>([1, 4, 3]);
        using var part = sums.Slice(.., ..1, ..1);
        using var overlapping = part.Reshape([1]);
        Assert.Equal("queryScale", Assert.Throws<ArgumentException>(() => q.QuantizedAttention(overlapping, k, one, k, one, y, sums)).ParamName);
    }

    private DeviceTensor<float> Scale(params float[] values) => _device.CreateTensor(values, [values.Length]);

    private DeviceTensor<Float8E4M3> Random(nint[] lengths) => Random(_device, lengths);

    private static DeviceTensor<Float8E4M3> Random(CpuDevice device, nint[] lengths)
    {
        var random = new Random((int)lengths[2]);
        return device.CreateTensor([.. Enumerable.Range(0, (int)TensorLayout.CountOf(lengths)).Select(_ => (Float8E4M3)((2 * random.NextSingle()) - 1))], lengths);
    }
}
