using CudaKernels.Networks;
using CudaKernels.Tests.Operations;

namespace CudaKernels.Tests.Layers;

/// <summary>Backpropagation through time against differences of the whole sequence, and the state that a layer carries on.</summary>
public sealed class RecurrentLayerTests : IDisposable
{
    private const int Inputs = 3;
    private const int Width = 5;
    private readonly CpuDevice _device = new();

    public static TheoryData<string> Kinds => ["tanh", "relu", "gru", "lstm"];

    public void Dispose() => _device.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void GradientsAreThoseOfTheSequence(string kind)
    {
        var random = new Random(1);
        using var layer = Make(kind, random);
        using var x = CentralDifferences.Random(_device, random, [4, 2, Inputs]);
        using var weights = CentralDifferences.Random(_device, random, [4, 2, Width]);
        layer.Forward(x);
        var inputGradient = layer.Backward(weights).ToArray();
        var parameterGradients = layer.Parameters.Select(parameter => parameter.Gradient.ToArray()).ToArray();
        CentralDifferences.Verify(x, inputGradient, Value);
        for (var i = 0; i < parameterGradients.Length; i++)
        {
            CentralDifferences.Verify(layer.Parameters[i].Value, parameterGradients[i], Value);
        }

        double Value() => CentralDifferences.Dot(layer.Forward(x), weights);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TwoHalvesWithTheStateCarriedOnAreTheWhole(string kind)
    {
        var random = new Random(2);
        using var layer = Make(kind, random);
        using var x = CentralDifferences.Random(_device, random, [6, 2, Inputs]);
        using var first = x.Slice(..2);
        using var second = x.Slice(2..);
        var whole = layer.Forward(x).ToArray();
        layer.KeepsState = true;
        layer.ResetState();
        double[] halves = [.. layer.Forward(first).ToArray(), .. layer.Forward(second).ToArray()];
        AssertClose(whole, halves);
        layer.ResetState();
        AssertClose(whole[..(2 * 2 * Width)], layer.Forward(first).ToArray());
        layer.KeepsState = false;
        AssertClose(whole[..(2 * 2 * Width)], layer.Forward(first).ToArray());
    }

    // Products of other sizes add in another order.
    private static void AssertClose(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
    }

    [Fact]
    public void WhatIsNoSequenceIsRefused()
    {
        using var layer = Make("lstm", new Random(3));
        using var matrix = _device.CreateZeros<double>([4, Inputs]);
        using var wide = _device.CreateZeros<double>([4, 2, Inputs + 1]);
        using var empty = _device.CreateZeros<double>([0, 2, Inputs]);
        Assert.Contains("[4, 3]", Assert.Throws<ArgumentException>(() => layer.Forward(matrix)).Message, StringComparison.Ordinal);
        Assert.Contains("[4, 2, 4]", Assert.Throws<ArgumentException>(() => layer.Forward(wide)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => layer.Forward(empty));
        Assert.Throws<InvalidOperationException>(() => layer.Backward(wide));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Rnn<double>(_device, 1, 1, new Random(1), (RnnActivation)2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Gru<double>(_device, 0, 1, new Random(1)));
    }

    private RecurrentLayer<double> Make(string kind, Random random) => kind switch
    {
        "gru" => new Gru<double>(_device, Inputs, Width, random),
        "lstm" => new Lstm<double>(_device, Inputs, Width, random),
        _ => new Rnn<double>(_device, Inputs, Width, random, kind == "relu" ? RnnActivation.Relu : RnnActivation.Tanh),
    };
}
