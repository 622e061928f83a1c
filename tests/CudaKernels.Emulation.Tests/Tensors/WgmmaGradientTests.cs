using static CudaKernels.Tests.WgmmaAttentionTests;

namespace CudaKernels.Tests;

/// <summary>Where the gradients of an attention go by wgmma, what is refused, and the order in which their blocks take their work.</summary>
public sealed class WgmmaGradientTests
{
    private static readonly AttentionOptions s_wgmma = new() { Algorithm = AttentionAlgorithm.Wgmma };

    [Theory]
    [InlineData(DeviceKind.Cuda, "9.0", 64, 64, AttentionAlgorithm.Wgmma)]
    [InlineData(DeviceKind.Cuda, "9.0", 1000, 128, AttentionAlgorithm.Wgmma)]
    [InlineData(DeviceKind.Cuda, "9.0", 1000, 256, AttentionAlgorithm.Wgmma)]
    [InlineData(DeviceKind.Cuda, "9.0", 1000, 96, AttentionAlgorithm.Plain)]
    [InlineData(DeviceKind.Cuda, "8.6", 1000, 256, AttentionAlgorithm.Flash)]
    [InlineData(DeviceKind.Cuda, "9.0", 63, 64, AttentionAlgorithm.Flash)]
    [InlineData(DeviceKind.Cuda, "10.0", 64, 64, AttentionAlgorithm.Flash)]
    [InlineData(DeviceKind.Cuda, "8.0", 64, 64, AttentionAlgorithm.Flash)]
    [InlineData(DeviceKind.Emulated, "9.0", 64, 64, AttentionAlgorithm.Flash)]
    public void AutoTakesWgmmaOnAGpuThatHasIt(DeviceKind kind, string capability, int queries, int width, AttentionAlgorithm expected)
    {
        using var device = Open(kind, capability);
        Assert.Equal(expected, AttentionChoice.Gradient<Half>(device, Shape(queries, width), AttentionAlgorithm.Auto, 0, 16, 4096));
        Assert.Equal(expected, AttentionChoice.Gradient<BFloat16>(device, Shape(queries, width), AttentionAlgorithm.Auto));
        Assert.Equal(AttentionAlgorithm.Plain, AttentionChoice.Gradient<float>(device, Shape(queries, width), AttentionAlgorithm.Auto));
    }

    [Fact]
    public void AutoGoesRoundWhatWgmmaDoesNotTake()
    {
        using var device = Open(DeviceKind.Cuda, "9.0");
        Assert.Equal(AttentionAlgorithm.Flash, AttentionChoice.Gradient<Half>(device, Shape(64, 64), AttentionAlgorithm.Auto, 16, 2));
        Assert.Equal(AttentionAlgorithm.Flash, AttentionChoice.Gradient<Half>(device, Shape(64, 64) with { Keys = 0 }, AttentionAlgorithm.Auto));

        // So many items of 192 keys in all sequences, as if each were the longest.
        var packed = Shape(64, 64) with { Heads = 1L << 26, PackedHeads = 1, AllQueries = 1000, AllKeys = 1000, Keys = 1000 };
        Assert.Equal(AttentionAlgorithm.Wgmma, AttentionChoice.Gradient<Half>(device, packed, AttentionAlgorithm.Auto));
        Assert.Equal(AttentionAlgorithm.Flash, AttentionChoice.Gradient<Half>(device, packed with { Heads = 1L << 28 }, AttentionAlgorithm.Auto));
        Assert.Equal(AttentionAlgorithm.Wgmma, AttentionChoice.Forward<Half>(device, packed with { Heads = 1L << 28 }, AttentionAlgorithm.Auto));
    }

    [Fact]
    public void WhatWgmmaDoesNotTakeIsRefused()
    {
        using var device = Open(DeviceKind.Emulated, "9.0");
        Assert.Contains("96 and 96", Refusal<Half>(device, Shape(64, 96)), StringComparison.Ordinal);
        Assert.Contains("64 and 128", Refusal<BFloat16>(device, Shape(64, 64) with { ValueDim = 128 }), StringComparison.Ordinal);
        Assert.Contains("Float32", Refusal<float>(device, Shape(64, 64)), StringComparison.Ordinal);
        Assert.Contains("0x12", Refusal<Half>(device, Shape(64, 64), 0x20, 0x12), StringComparison.Ordinal);
        using var older = Open(DeviceKind.Emulated, "8.0");
        Assert.Contains("has 8.0", Refusal<Half>(older, Shape(64, 64)), StringComparison.Ordinal);

        static string Refusal<T>(CudaDevice device, AttentionShape shape, params nuint[] addresses) where T : unmanaged =>
            Assert.Throws<NotSupportedException>(() => AttentionChoice.Gradient<T>(device, shape, AttentionAlgorithm.Wgmma, addresses)).Message;
    }

    [Fact]
    public void TheKernelRunsWhereItIsAskedForAndTensorsOfAnyPlaceAreRefused()
    {
        var compiled = new List<string>();
        using var emulated = Emulated(compiled);
        using var q = emulated.Device.CreateTensor(Numbers(640), [1, 1, 10, 64]);
        using var y = emulated.Device.CreateZeros<Half>(q.Lengths);
        using var logSumExp = emulated.Device.CreateZeros<float>([1, 1, 10]);
        q.Attention(q, q, y, logSumExp, s_wgmma);
        compiled.Clear();
        DeviceTensor<Half>[] gradients = [emulated.Device.CreateZeros<Half>(q.Lengths), emulated.Device.CreateZeros<Half>(q.Lengths), emulated.Device.CreateZeros<Half>(q.Lengths)];
        q.AttentionGradient(q, q, y, logSumExp, q, gradients[0], gradients[1], gradients[2], s_wgmma);
        Assert.Equal(["attention/attention_gradient.cu", "attention/flash_gradient_wgmma.cu"], compiled.Distinct());

        using var memory = emulated.Device.CreateTensor(Numbers(641), [641]);
        using var part = memory.Slice(1..641);
        using var unaligned = part.Reshape([1, 1, 10, 64]);
        for (var which = 0; which < 7; which++)
        {
            DeviceTensor<Half>[] all = [q, q, q, q, .. gradients];
            all[which] = unaligned;
            var exception = Assert.Throws<NotSupportedException>(() => all[0].AttentionGradient(all[1], all[2], y, logSumExp, all[3], all[4], all[5], all[6], s_wgmma));
            Assert.Contains("multiples of 16 bytes", exception.Message, StringComparison.Ordinal);
        }

        Assert.Empty(emulated.Reports);
        Array.ForEach(gradients, gradient => gradient.Dispose());
    }

    // There are no tensor maps of nothing.
    [Theory]
    [InlineData(3, 0)]
    [InlineData(0, 3)]
    public void PackedSequencesOfWhichOneSideIsEmptyGiveZeros(int queries, int keys)
    {
        var compiled = new List<string>();
        using var emulated = Emulated(compiled);
        using var q = emulated.Device.CreateZeros<Half>([queries, 2, 64]);
        using var k = emulated.Device.CreateZeros<Half>([keys, 1, 64]);
        using var queryOffsets = emulated.Device.CreateTensor([0, queries], [2]);
        using var keyOffsets = emulated.Device.CreateTensor([0, keys], [2]);
        using var logSumExp = emulated.Device.CreateZeros<float>([queries, 2]);
        using var dq = emulated.Device.CreateTensor(Numbers(queries * 128), [queries, 2, 64]);
        using var dk = emulated.Device.CreateTensor(Numbers(keys * 64), [keys, 1, 64]);
        using var dv = emulated.Device.CreateTensor(Numbers(keys * 64), [keys, 1, 64]);
        q.PackedAttentionGradient(k, k, queryOffsets, keyOffsets, 3, 3, q, logSumExp, q, dq, dk, dv, s_wgmma);
        Assert.All([.. dq.ToArray(), .. dk.ToArray(), .. dv.ToArray()], element => Assert.Equal(Half.Zero, element));
        Assert.DoesNotContain("attention/flash_gradient_wgmma.cu", compiled);
        Assert.Contains("attention/flash_attention_gradient.cu", compiled);
    }

    // Seven heads of two items each on the device's four multiprocessors: three groups, of which the last is smaller, and four rounds.
    [Theory]
    [InlineData(64)]
    [InlineData(256)]
    public void GroupsOfHeadsOfAnySizeGiveTheSame(int width)
    {
        using var emulated = Emulated([]);
        var device = emulated.Device;
        var wideRows = width == 64 ? 200 : 130;
        using var wide = device.CreateTensor(Numbers(7 * wideRows * width), [1, 7, wideRows, width]);
        using var narrow = device.CreateTensor(Numbers(7 * 20 * width), [1, 7, 20, width]);
        using var statistics = device.CreateTensor([.. Enumerable.Range(0, 7 * wideRows).Select(i => 4 + (i % 10 * 0.1f))], [1, 7, wideRows]);
        foreach (var of in FlashGradientTemplates.All(AttentionShape.Of(wide, narrow, narrow, AttentionOptions.Default), AttentionAlgorithm.Wgmma))
        {
            var (q, k) = of == GradientOf.Queries ? (wide, narrow) : (narrow, wide);
            var shape = AttentionShape.Of(q, k, k, AttentionOptions.Default);
            var whole = Run(of, shape, q, k, FlashGradientWgmma.HeadsInCache(shape, of));
            Assert.Contains(whole, element => element != Half.Zero);
            Assert.Equal(whole, Run(of, shape, q, k, 3));
            Assert.Equal(whole, Run(of, shape, q, k, 1));
        }

        Assert.Empty(emulated.Reports);

        unsafe Half[] Run(GradientOf of, AttentionShape shape, DeviceTensor<Half> q, DeviceTensor<Half> k, int headsAtOnce)
        {
            using var first = device.CreateZeros<Half>(wide.Lengths);
            using var second = device.CreateZeros<Half>(wide.Lengths);
            FlashGradientWgmma.Launch(
                first.Stream!,
                new KernelTypes(ElementKind.Float16),
                shape,
                of,
                headsAtOnce,
                new AttentionInputs<Half>(q, k, k, q, q),
                [first.Output, first.Output, second.Output, q.Input, k.Input, k.Input, q.Input, statistics.Input, statistics.Input, q.Input, q.Input, 0.125f, KernelArgument.Struct(&shape)]);
            return [.. first.ToArray(), .. second.ToArray()];
        }
    }

    [Fact]
    public void HeadsWhoseOtherSideFitsTheCacheStayTogether()
    {
        var shape = Shape(16_384, 128) with { Heads = 64, Group = 8, Keys = 5000 };
        Assert.Equal(FlashWgmma.HeadsInCache<Half>(shape), FlashGradientWgmma.HeadsInCache(shape, GradientOf.Queries));
        Assert.Equal(1, FlashGradientWgmma.HeadsInCache(shape, GradientOf.KeysAndValues));
        Assert.Equal(6, FlashGradientWgmma.HeadsInCache(shape with { Queries = 1000 }, GradientOf.KeysAndValues));
        Assert.Equal(8, FlashGradientWgmma.HeadsInCache(shape with { Queries = 100 }, GradientOf.KeysAndValues));

        // Of packed sequences not the longest counts, but the mean.
        var packed = shape with { Heads = 8 * 64, PackedHeads = 8, AllQueries = 64 * 100, AllKeys = 64 * 100 };
        Assert.Equal(FlashGradientWgmma.HeadsInCache(packed with { PackedHeads = 0, Queries = 100 }, GradientOf.KeysAndValues), FlashGradientWgmma.HeadsInCache(packed, GradientOf.KeysAndValues));
    }
}
