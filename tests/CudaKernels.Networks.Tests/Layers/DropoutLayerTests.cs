using CudaKernels.Networks;
using CudaKernels.Tests.Operations;

namespace CudaKernels.Tests.Layers;

/// <summary>Dropout in and out of training, and the position that it takes its bits from.</summary>
public sealed class DropoutLayerTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void TheGradientIsThatOfTheMaskThatWasUsed()
    {
        var random = new Random(1);
        var start = new PhiloxState(7);
        using var layer = new Dropout<double>(0.4, start);
        using var x = CentralDifferences.Random(_device, random, [4, 9]);
        using var weights = CentralDifferences.Random(_device, random, [4, 9]);
        var output = layer.Forward(x).ToArray();
        Assert.InRange(output.Count(value => value == 0), 5, 25);
        Assert.Equal(start.Advance(36), layer.Position);
        CentralDifferences.Verify(x, layer.Backward(weights).ToArray(), () =>
        {
            layer.Position = start;
            return CentralDifferences.Dot(layer.Forward(x), weights);
        });
        Assert.NotEqual(output, layer.Forward(x).ToArray());
    }

    [Fact]
    public void OutsideOfATrainingItHandsOn()
    {
        using var layer = new Dropout<double>(0.4, new PhiloxState(7));
        using var network = new Sequential<double>(layer);
        using var x = CentralDifferences.Random(_device, new Random(2), [3, 5]);
        Assert.Throws<InvalidOperationException>(() => network.Backward(x));
        network.IsTraining = false;
        Assert.False(layer.IsTraining);
        Assert.Equal(x.ToArray(), network.Forward(x).ToArray());
        Assert.Equal(x.ToArray(), network.Backward(x).ToArray());
        Assert.Equal(new PhiloxState(7), layer.Position);
        network.IsTraining = true;
        Assert.NotEqual(x.ToArray(), network.Forward(x).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout<double>(1, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout<double>(double.NaN, default));
    }
}
