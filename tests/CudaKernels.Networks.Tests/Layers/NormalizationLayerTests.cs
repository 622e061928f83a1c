using CudaKernels.Networks;
using CudaKernels.Tests.Operations;

namespace CudaKernels.Tests.Layers;

/// <summary>The layers of normalisations against central differences, and what a batch norm remembers.</summary>
public sealed class NormalizationLayerTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public static TheoryData<string> Kinds => ["batch", "batch, channels last", "group", "layer", "rms"];

    public void Dispose() => _device.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheGradientIsThatOfTheFunction(string kind)
    {
        var random = new Random(1);
        using var layer = Make(kind, 4);
        foreach (var parameter in layer.Parameters)
        {
            using var value = CentralDifferences.Random(_device, random, [4]);
            value.CopyTo(parameter.Value);
        }

        using var x = CentralDifferences.Random(_device, random, kind is "batch" or "group" ? [3, 4, 5] : [3, 5, 4]);
        Assert.Equal(x.Lengths.ToArray(), LayerGradient.Verify(layer, x, random));
        Assert.Equal(kind is "rms" ? 1 : 2, layer.Parameters.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ANewLayerOnlyNormalizes(string kind)
    {
        using var layer = Make(kind, 2);
        using var x = _device.CreateTensor([1.0, -1, 1, -1, -1, 1, -1, 1], kind is "batch" or "group" ? [2, 2, 2] : [4, 2]);
        Assert.All(layer.Forward(x).ToArray().Zip(x.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    [Fact]
    public void ABatchNormRemembersForInference()
    {
        using var layer = new BatchNorm<double>(_device, 2, new BatchNormOptions { Momentum = 0.5, Epsilon = 0 });
        using var x = _device.CreateTensor([1.0, 10, 3, 30], [2, 2]);
        layer.Forward(x);
        Assert.Equal([1.0, 10.0], layer.RunningMean);
        Assert.Equal([1.5, 100.5], layer.RunningVariance);

        var y = layer.Infer(x).ToArray();
        Assert.Equal([0, 0, 2 / Math.Sqrt(1.5), 20 / Math.Sqrt(100.5)], y.Select(value => value), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([1.0, 10.0], layer.RunningMean);
        Assert.Throws<InvalidOperationException>(() => layer.Backward(x));
        Assert.True(layer.IsTraining);
    }

    [Fact]
    public void ACheckpointHasTheRunningStatistics()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("norm.safetensors");
        using var x = CentralDifferences.Random(_device, new Random(2), [5, 3]);
        using var first = new BatchNorm<float>(_device, 3);
        using var second = new BatchNorm<float>(_device, 3);
        using var narrow = x.Cast<float>();
        first.Forward(narrow);
        Checkpoint.Save(path, first);
        Checkpoint.Load(path, second);
        Assert.NotEqual([0, 0, 0], second.RunningMean);
        Assert.Equal(first.Infer(narrow).ToArray(), second.Infer(narrow).ToArray());
    }

    [Fact]
    public void WhatHasNoSenseIsRefused()
    {
        using var x = _device.CreateZeros<double>([2, 3]);
        using var layer = new LayerNorm<double>(_device, 4);
        Assert.Throws<InvalidOperationException>(() => layer.Backward(x));
        Assert.Throws<ArgumentException>(() => layer.Forward(x));
        Assert.Throws<ArgumentException>(() => new GroupNorm<double>(_device, 3, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RmsNorm<double>(_device, 0));
    }

    private NormalizationLayer<double> Make(string kind, int features) => kind switch
    {
        "batch" => new BatchNorm<double>(_device, features),
        "batch, channels last" => new BatchNorm<double>(_device, features, new BatchNormOptions { Layout = ImageLayout.ChannelsLast }),
        "group" => new GroupNorm<double>(_device, features / 2, features),
        "layer" => new LayerNorm<double>(_device, features),
        _ => new RmsNorm<double>(_device, features),
    };
}
