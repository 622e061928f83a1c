using CudaKernels.Emulation;

namespace CudaKernels.Tests;

/// <summary>Where an attention goes by wgmma, what is refused, and the order in which its blocks take their work.</summary>
public sealed class WgmmaAttentionTests
{
    private static readonly AttentionOptions s_wgmma = new() { Algorithm = AttentionAlgorithm.Wgmma };

    [Theory]
    [InlineData(DeviceKind.Cuda, "9.0", 64, 64, AttentionAlgorithm.Wgmma)]
    [InlineData(DeviceKind.Cuda, "9.0", 1000, 256, AttentionAlgorithm.Wgmma)]
    [InlineData(DeviceKind.Cuda, "9.0", 63, 64, AttentionAlgorithm.Flash)]
    [InlineData(DeviceKind.Cuda, "9.0", 64, 96, AttentionAlgorithm.Plain)]
    [InlineData(DeviceKind.Cuda, "10.0", 64, 64, AttentionAlgorithm.Flash)]
    [InlineData(DeviceKind.Cuda, "8.0", 64, 64, AttentionAlgorithm.Flash)]
    [InlineData(DeviceKind.Cuda, "7.5", 64, 64, AttentionAlgorithm.Plain)]
    [InlineData(DeviceKind.Emulated, "9.0", 64, 64, AttentionAlgorithm.Flash)]
    public void AutoTakesWgmmaOnAGpuThatHasIt(DeviceKind kind, string capability, int queries, int width, AttentionAlgorithm expected)
    {
        using var device = Open(kind, capability);
        Assert.Equal(expected, AttentionChoice.Forward<Half>(device, Shape(queries, width), AttentionAlgorithm.Auto, 0, 16, 4096));
        Assert.Equal(expected, AttentionChoice.Forward<BFloat16>(device, Shape(queries, width), AttentionAlgorithm.Auto));
        Assert.Equal(AttentionAlgorithm.Plain, AttentionChoice.Forward<float>(device, Shape(queries, width), AttentionAlgorithm.Auto));
    }

    [Fact]
    public void AutoGoesRoundWhatWgmmaDoesNotTake()
    {
        using var device = Open(DeviceKind.Cuda, "9.0");
        Assert.Equal(AttentionAlgorithm.Flash, AttentionChoice.Forward<Half>(device, Shape(64, 64), AttentionAlgorithm.Auto, 16, 2));
        Assert.Equal(AttentionAlgorithm.Flash, AttentionChoice.Forward<Half>(device, Shape(1L << 30, 64), AttentionAlgorithm.Auto));
        Assert.Equal(AttentionAlgorithm.Flash, AttentionChoice.Forward<Half>(device, Shape(64, 64) with { Keys = 1L << 30 }, AttentionAlgorithm.Auto));
    }

    [Fact]
    public void WhatWgmmaDoesNotTakeIsRefused()
    {
        using var device = Open(DeviceKind.Emulated, "9.0");
        Refuses<float>(device, Shape(64, 64), "Float32");
        Refuses<Half>(device, Shape(64, 96), "96 and 96");
        Refuses<Half>(device, Shape(64, 64) with { ValueDim = 128 }, "64 and 128");
        Refuses<Half>(device, Shape(64, 64), "0x12", 0x20, 0x12);
        Refuses<BFloat16>(device, Shape(1L << 30, 64), "1073741824 rows of queries");
        using var older = Open(DeviceKind.Emulated, "8.0");
        Refuses<Half>(older, Shape(64, 64), "has 8.0");
        using var newer = Open(DeviceKind.Emulated, "10.0");
        Refuses<Half>(newer, Shape(64, 64), "has 10.0");
    }

    [Fact]
    public void TheKernelRunsWhereItIsAskedForAndTensorsOfAnyPlaceAreRefused()
    {
        var compiled = new List<string>();
        using var emulated = Emulated(compiled);
        using var memory = emulated.Device.CreateTensor(Numbers(641), [641]);
        using var q = At(memory, 0);
        using var y = q.Attention(q, q, s_wgmma);
        Assert.Equal(["attention/flash_attention_wgmma.cu"], compiled);
        using var more = emulated.Device.CreateTensor(Numbers(641), [641]);
        using var unaligned = At(more, 1);
        Assert.Contains("multiples of 16 bytes", Assert.Throws<NotSupportedException>(() => unaligned.Attention(q, q, y, s_wgmma)).Message, StringComparison.Ordinal);
        Assert.Contains("multiples of 16 bytes", Assert.Throws<NotSupportedException>(() => q.Attention(unaligned, q, y, s_wgmma)).Message, StringComparison.Ordinal);
        Assert.Contains("multiples of 16 bytes", Assert.Throws<NotSupportedException>(() => q.Attention(q, unaligned, y, s_wgmma)).Message, StringComparison.Ordinal);
        Assert.Contains("multiples of 16 bytes", Assert.Throws<NotSupportedException>(() => q.Attention(q, q, unaligned, s_wgmma)).Message, StringComparison.Ordinal);
        Assert.Empty(emulated.Reports);

        static DeviceTensor<Half> At(DeviceTensor<Half> memory, int start)
        {
            using var part = memory.Slice(start..(start + 640));
            return part.Reshape([1, 1, 10, 64]);
        }
    }

    // There are no tensor maps of nothing.
    [Fact]
    public void PackedSequencesWithoutAnyKeyGiveZeros()
    {
        var compiled = new List<string>();
        using var emulated = Emulated(compiled);
        using var q = emulated.Device.CreateTensor(Numbers(384), [3, 2, 64]);
        using var k = emulated.Device.CreateZeros<Half>([0, 1, 64]);
        using var queryOffsets = emulated.Device.CreateTensor([0, 1, 3], [3]);
        using var keyOffsets = emulated.Device.CreateTensor([0, 0, 0], [3]);
        using var y = emulated.Device.CreateTensor(Numbers(384), [3, 2, 64]);
        q.PackedAttention(k, k, queryOffsets, keyOffsets, 2, y, s_wgmma);
        Assert.All(y.ToArray(), element => Assert.Equal(Half.Zero, element));
        Assert.Equal(["attention/flash_attention.cu"], compiled);
    }

    // Seven heads of two items each on the device's four multiprocessors: three groups, of which the last is smaller, and four rounds.
    [Fact]
    public void GroupsOfHeadsOfAnySizeGiveTheSame()
    {
        using var emulated = Emulated([]);
        var device = emulated.Device;
        using var q = device.CreateTensor(Numbers(7 * 200 * 64), [1, 7, 200, 64]);
        using var k = device.CreateTensor(Numbers(7 * 20 * 64), [1, 7, 20, 64]);
        var shape = AttentionShape.Of(q, k, k, AttentionOptions.Default);
        Assert.Equal(4, device.Specification.MultiprocessorCount);
        var whole = Run(FlashWgmma.HeadsInCache<Half>(shape));
        Assert.Equal(whole, Run(3));
        Assert.Equal(whole, Run(1));
        using var plain = q.Attention(k, k, new AttentionOptions { Algorithm = AttentionAlgorithm.Plain });
        Assert.All(plain.ToArray().Zip(whole), pair => Assert.InRange(Math.Abs((double)pair.First - (double)pair.Second), 0, 2e-3));
        Assert.Empty(emulated.Reports);

        unsafe Half[] Run(int headsAtOnce)
        {
            using var y = device.CreateZeros<Half>(q.Lengths);
            using var maps = FlashMaps.Create(q, k, k, shape);
            var copy = shape;
            y.Stream!.Launch(
                device.GetKernel(FlashWgmma.Forward(shape), new KernelTypes(ElementKind.Float16)), FlashWgmma.Config<Half>(shape, 4), y.Output, y.Output, false,
                q.Input, k.Input, k.Input, q.Input, q.Input, 0.125f, KernelArgument.Struct(&copy), maps.Queries.AsReadOnly(), maps.Keys.AsReadOnly(), maps.Values.AsReadOnly(), headsAtOnce);
            return y.ToArray();
        }
    }

    [Fact]
    public void HeadsThatShareKeysStayTogether()
    {
        var shape = Shape(5000, 128) with { Heads = 64, Group = 8, Keys = 16_384 };
        Assert.Equal(24, FlashWgmma.HeadsInCache<Half>(shape));
        Assert.Equal(8, FlashWgmma.HeadsInCache<Half>(shape with { Keys = 10_000_000 }));
        Assert.Equal(64, FlashWgmma.HeadsInCache<Half>(shape with { Keys = 100 }));
    }

    // Of packed sequences no one is as long as all of them together.
    [Fact]
    public void PackedSequencesCountTheirOwnKeys()
    {
        using var device = new CpuDevice();
        using var q = device.CreateZeros<Half>([40, 6, 64]);
        using var k = device.CreateZeros<Half>([65_536, 2, 64]);
        var options = AttentionOptions.Default;
        Assert.Equal(3, FlashWgmma.HeadsInCache<Half>(AttentionShape.Of(q, k, k, 1, (40, nint.MaxValue), options)));
        Assert.Equal(18, FlashWgmma.HeadsInCache<Half>(AttentionShape.Of(q, k, k, 7, (40, nint.MaxValue), options) with { AllKeys = 100_000 }));
        Assert.Equal(42, FlashWgmma.HeadsInCache<Half>(AttentionShape.Of(q, k, k, 10, (40, nint.MaxValue), options)));
        Assert.Equal(60, FlashWgmma.HeadsInCache<Half>(AttentionShape.Of(q, k, k, 10, (40, 5), options)));
        Assert.Equal(0, FlashWgmma.HeadsInCache<Half>(AttentionShape.Of(q, k, k, 0, (40, nint.MaxValue), options)));
    }

    internal static AttentionShape Shape(long queries, long width) => new() { Heads = 1, Group = 1, Queries = queries, Keys = 100, HeadDim = width, ValueDim = width, Before = queries + 100, After = queries + 100 };

    private static void Refuses<T>(CudaDevice device, AttentionShape shape, string reason, params nuint[] addresses) where T : unmanaged =>
        Assert.Contains(reason, Assert.Throws<NotSupportedException>(() => AttentionChoice.Forward<T>(device, shape, AttentionAlgorithm.Wgmma, addresses)).Message, StringComparison.Ordinal);

    internal static Half[] Numbers(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => (Half)((2 * random.NextDouble()) - 1))];
    }

    internal static EmulatedDevice Emulated(List<string> compiled)
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

    internal static CudaDevice Open(DeviceKind kind, string capability)
    {
        var software = SoftwareDriver.Lease(new EmulationOptions { ComputeCapability = Version.Parse(capability) });
        var device = CudaDevice.Open(new CudaDeviceSources(new SoftwareDriverSource(), new SoftwareNvrtcSource(), null, kind, "chosen"), software.Ordinal);
        device.Disposed = software.Dispose;
        return device;
    }
}
