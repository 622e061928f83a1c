using CudaKernels.Emulation;

namespace CudaKernels.Tests;

/// <summary>Where an attention of 8-bit floats goes by wgmma, what is refused, and how its weights are rounded.</summary>
public sealed class QuantizedAttentionTests
{
    private static readonly AttentionOptions s_wgmma = new() { Algorithm = AttentionAlgorithm.Wgmma };

    [Theory]
    [InlineData(DeviceKind.Cuda, "9.0", 64, 64, AttentionAlgorithm.Wgmma)]
    [InlineData(DeviceKind.Cuda, "9.0", 1000, 256, AttentionAlgorithm.Wgmma)]
    [InlineData(DeviceKind.Cuda, "9.0", 63, 64, AttentionAlgorithm.Plain)]
    [InlineData(DeviceKind.Cuda, "9.0", 64, 96, AttentionAlgorithm.Plain)]
    [InlineData(DeviceKind.Cuda, "10.0", 64, 64, AttentionAlgorithm.Plain)]
    [InlineData(DeviceKind.Cuda, "8.0", 64, 64, AttentionAlgorithm.Plain)]
    [InlineData(DeviceKind.Emulated, "9.0", 64, 64, AttentionAlgorithm.Plain)]
    public void AutoTakesWgmmaOnAGpuThatHasIt(DeviceKind kind, string capability, int queries, int width, AttentionAlgorithm expected)
    {
        using var device = Open(kind, capability);
        Assert.Equal(expected, AttentionChoice.Quantized(device, Shape(queries, width), AttentionAlgorithm.Auto, 0, 16, 4096));
        Assert.Equal(AttentionAlgorithm.Plain, AttentionChoice.Quantized(device, Shape(queries, width), AttentionAlgorithm.Auto, 16, 8));
        Assert.Equal(AttentionAlgorithm.Plain, AttentionChoice.Quantized(device, Shape(queries, width), AttentionAlgorithm.Plain));
    }

    [Fact]
    public void WhatDoesNotExistIsRefused()
    {
        using var device = Open(DeviceKind.Emulated, "9.0");
        Refuses(device, Shape(64, 96), AttentionAlgorithm.Wgmma, "96 and 96");
        Refuses(device, Shape(64, 64) with { ValueDim = 128 }, AttentionAlgorithm.Wgmma, "64 and 128");
        Refuses(device, Shape(64, 64), AttentionAlgorithm.Wgmma, "0x18", 0x20, 0x18);
        Refuses(device, Shape(1L << 30, 64), AttentionAlgorithm.Wgmma, "1073741824 rows of queries");
        Refuses(device, Shape(64, 64), AttentionAlgorithm.Flash, "Plain and Wgmma, not by Flash");
        using var older = Open(DeviceKind.Emulated, "8.9");
        Refuses(older, Shape(64, 64), AttentionAlgorithm.Wgmma, "has 8.9");
    }

    [Fact]
    public void TheKernelRunsWhereItIsAskedForAndTensorsOfAnyPlaceAreRefused()
    {
        var compiled = new List<string>();
        using var emulated = Emulated(compiled);
        using var memory = emulated.Device.CreateTensor(Numbers(641), [641]);
        using var one = emulated.Device.CreateTensor([1f], [1]);
        using var q = At(memory, 0);
        using var unaligned = At(memory, 1);
        using var y = q.QuantizedAttention<Half>(one, q, one, q, one, s_wgmma);
        Assert.Equal(["attention/quantized_attention_wgmma.cu"], compiled);
        Assert.Contains("multiples of 16 bytes", Assert.Throws<NotSupportedException>(() => unaligned.QuantizedAttention(one, q, one, q, one, y, s_wgmma)).Message, StringComparison.Ordinal);
        Assert.Contains("multiples of 16 bytes", Assert.Throws<NotSupportedException>(() => q.QuantizedAttention(one, unaligned, one, q, one, y, s_wgmma)).Message, StringComparison.Ordinal);
        Assert.Contains("multiples of 16 bytes", Assert.Throws<NotSupportedException>(() => q.QuantizedAttention(one, q, one, unaligned, one, y, s_wgmma)).Message, StringComparison.Ordinal);
        Assert.Empty(emulated.Reports);

        static DeviceTensor<Float8E4M3> At(DeviceTensor<Float8E4M3> memory, int start)
        {
            using var part = memory.Slice(start..(start + 640));
            return part.Reshape([1, 1, 10, 64]);
        }
    }

    // Scores of tens of millions, whose steps are larger than 1 as powers of two: the largest weight is 1 all the same, and not what the largest number of E4M3 leaves of more.
    [Theory]
    [InlineData(1.3)]
    [InlineData(2.0)]
    [InlineData(2.3)]
    [InlineData(2.9)]
    [InlineData(3.7)]
    public void TheLargestScoresKeepTheirWeight(double scale)
    {
        using var emulated = Emulated([]);
        using var one = emulated.Device.CreateTensor([1f], [1]);
        using var largest = emulated.Device.CreateTensor(Enumerable.Repeat(Float8E4M3.MaxValue, 8 * 64).ToArray(), [1, 1, 8, 64]);
        using var ones = emulated.Device.CreateTensor(Enumerable.Repeat((Float8E4M3)1f, 8 * 64).ToArray(), [1, 1, 8, 64]);
        using var y = largest.QuantizedAttention<float>(one, largest, one, ones, one, new AttentionOptions { Algorithm = AttentionAlgorithm.Wgmma, Scale = scale });
        Assert.All(y.ToArray(), value => Assert.Equal(1f, value, 1e-3f));
    }

    // One key has the weight 1, the other e^-d. Of the values the one has 0 and the other 1, so that the result is that weight, rounded, by the sum of both, which are
    // not. Of 2^8·e^-d a step is an eighth of its power of two, and from 2^-9 on down the half of it.
    [Theory]
    [InlineData(0.25, 192.0)]
    [InlineData(1.0, 96.0)]
    [InlineData(3.0, 13.0)]
    [InlineData(10.0, 0.01171875)]
    [InlineData(11.0, 0.00390625)]
    [InlineData(12.25, 0.001953125)]
    [InlineData(12.5, 0.0)]
    [InlineData(20.0, 0.0)]
    public void WeightsAreRoundedToFourBitsOfTheLargestTimes256AndTheirSumIsNot(double distance, double rounded)
    {
        using var emulated = Emulated([]);
        var (q, k, v) = (new Float8E4M3[64], new Float8E4M3[128], new Float8E4M3[128]);
        (q[0], k[64], v[64]) = ((Float8E4M3)1.0f, (Float8E4M3)(-1.0f), (Float8E4M3)1.0f);
        using var queries = emulated.Device.CreateTensor(q, [1, 1, 1, 64]);
        using var keys = emulated.Device.CreateTensor(k, [1, 1, 2, 64]);
        using var values = emulated.Device.CreateTensor(v, [1, 1, 2, 64]);
        using var one = emulated.Device.CreateTensor([1f], [1]);
        using var y = queries.QuantizedAttention<float>(one, keys, one, values, one, s_wgmma with { Scale = distance });
        var expected = rounded / 256 / (1 + Math.Exp(-distance));
        Assert.Equal(expected, y.ToArray()[0], expected * 1e-5);
        using var plain = queries.QuantizedAttention<float>(one, keys, one, values, one, new AttentionOptions { Scale = distance });
        var exact = Math.Exp(-distance) / (1 + Math.Exp(-distance));
        Assert.Equal(exact, plain.ToArray()[0], exact * 1e-5);
    }

    [Fact]
    public void ResultsAreOfThreeTypes()
    {
        using var emulated = Emulated([]);
        using var q = emulated.Device.CreateTensor(Numbers(640), [1, 1, 10, 64]);
        using var one = emulated.Device.CreateTensor([1f], [1]);
        using var single = q.QuantizedAttention<float>(one, q, one, q, one, s_wgmma);
        using var half = q.QuantizedAttention<Half>(one, q, one, q, one, s_wgmma);
        using var brain = q.QuantizedAttention<BFloat16>(one, q, one, q, one, s_wgmma);
        Assert.Equal(Array.ConvertAll(single.ToArray(), value => (Half)value), half.ToArray());
        Assert.Equal(Array.ConvertAll(single.ToArray(), value => (BFloat16)value), brain.ToArray());
        Assert.Contains("Double", Assert.Throws<ArgumentException>(() => q.QuantizedAttention<double>(one, q, one, q, one)).Message, StringComparison.Ordinal);
    }

    // The first two of four queries see none of two keys.
    [Theory]
    [InlineData(AttentionAlgorithm.Plain)]
    [InlineData(AttentionAlgorithm.Wgmma)]
    public void QueriesWithoutKeysGiveZerosWhateverTheScales(AttentionAlgorithm algorithm)
    {
        using var emulated = Emulated([]);
        using var q = emulated.Device.CreateTensor(Numbers(256), [1, 1, 4, 64]);
        using var k = emulated.Device.CreateTensor(Numbers(128), [1, 1, 2, 64]);
        foreach (var special in (float[])[float.NaN, float.PositiveInfinity])
        {
            using var scale = emulated.Device.CreateTensor([special], [1]);
            using var y = q.QuantizedAttention<float>(scale, k, scale, k, scale, new AttentionOptions { IsCausal = true, Algorithm = algorithm });
            Assert.All(y.ToArray()[..128], value => Assert.Equal(0, value));
            Assert.All(y.ToArray()[128..], value => Assert.True(float.IsNaN(value)));
        }
    }

    private static AttentionShape Shape(long queries, long width) => new() { Heads = 1, Group = 1, Queries = queries, Keys = 100, HeadDim = width, ValueDim = width, Before = queries + 100, After = queries + 100 };

    private static void Refuses(CudaDevice device, AttentionShape shape, AttentionAlgorithm algorithm, string reason, params nuint[] addresses) =>
        Assert.Contains(reason, Assert.Throws<NotSupportedException>(() => AttentionChoice.Quantized(device, shape, algorithm, addresses)).Message, StringComparison.Ordinal);

    private static Float8E4M3[] Numbers(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => (Float8E4M3)((2 * random.NextSingle()) - 1))];
    }

    private static EmulatedDevice Emulated(List<string> compiled)
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        return EmulatedDevice.Open(runtimeOptions: new CudaDeviceOptions
        {
            KernelText = (path, text) =>
            {
                compiled.Add(path);
                return text;
            },
        });
    }

    private static CudaDevice Open(DeviceKind kind, string capability)
    {
        var software = SoftwareDriver.Lease(new EmulationOptions { ComputeCapability = Version.Parse(capability) });
        var device = CudaDevice.Open(new CudaDeviceSources(new SoftwareDriverSource(), new SoftwareNvrtcSource(), null, kind, "chosen"), software.Ordinal);
        device.Disposed = software.Dispose;
        return device;
    }
}
