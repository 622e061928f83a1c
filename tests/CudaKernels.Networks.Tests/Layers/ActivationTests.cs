using CudaKernels.Networks;
using CudaKernels.Tests.Operations;

namespace CudaKernels.Tests.Layers;

/// <summary>Activations against central differences and a few known values.</summary>
public sealed class ActivationTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public static TheoryData<string> Kinds => ["relu", "leaky", "tanh", "sigmoid"];

    public void Dispose() => _device.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheGradientIsThatOfTheFunction(string kind)
    {
        var random = new Random(1);
        using var layer = Make(kind);
        using var x = CentralDifferences.Random(_device, random, [3, 7]);
        Assert.Equal([3, 7], LayerGradient.Verify(layer, x, random));
        Assert.Empty(layer.Parameters);
    }

    [Theory]
    [InlineData("relu", -2, 0)]
    [InlineData("leaky", -2, -0.5)]
    [InlineData("leaky", 2, 2)]
    [InlineData("tanh", 0.5, 0.46211715726000973)]
    [InlineData("sigmoid", 0.5, 0.6224593312018546)]
    public void AValueIsThatOfTheFunction(string kind, double x, double y)
    {
        using var layer = Make(kind);
        using var input = _device.CreateTensor([x]);
        Assert.Equal(y, layer.Forward(input).ToArray()[0], 1e-15);
    }

    [Fact]
    public void WhatHasNoSenseIsRefused()
    {
        using var layer = Make("leaky");
        using var x = _device.CreateZeros<double>([2]);
        Assert.Throws<InvalidOperationException>(() => layer.Backward(x));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeakyRelu<double>(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeakyRelu<double>(double.NaN));
    }

    private static Activation<double> Make(string kind) => kind switch
    {
        "relu" => new Relu<double>(),
        "leaky" => new LeakyRelu<double>(0.25),
        "tanh" => new Tanh<double>(),
        _ => new Sigmoid<double>(),
    };
}
