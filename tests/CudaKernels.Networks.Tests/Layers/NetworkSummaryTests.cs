using CudaKernels.Networks;

namespace CudaKernels.Tests.Layers;

public sealed class NetworkSummaryTests
{
    [Fact]
    public void EachLayerHasItsShapeAndItsMemory()
    {
        using var device = new CpuDevice();
        var random = new Random(1);
        using var network = new Sequential<float>(
            new Reshape<float>(1, 8, 8),
            new Conv2d<float>(device, 1, 4, (3, 3), random),
            new BatchNorm<float>(device, 4),
            new Dropout<float>(0.5, default),
            new Flatten<float>(),
            new Dense<float>(device, 4 * 6 * 6, 10, random));
        using var batch = device.CreateZeros<float>([2, 64]);
        var summary = NetworkSummary.Of(network, batch);
        Assert.Equal(["Reshape", "Conv2d", "BatchNorm", "Dropout", "Flatten", "Dense"], summary.Layers.Select(layer => layer.Layer));
        Assert.Equal<nint>([2, 4, 6, 6], summary.Layers[1].OutputLengths);
        Assert.Equal([0, 40, 8, 0, 0, 1450], summary.Layers.Select(layer => layer.Parameters));
        Assert.Equal([0, 2 * 4 * 36 * 4, 2 * 4 * 36 * 4, 0, 0, 2 * 10 * 4], summary.Layers.Select(layer => layer.OutputBytes));
        Assert.Equal((network.ParameterCount, 1498L, 1498L * 8), (1498L, summary.Parameters, summary.ParameterBytes));

        var lines = summary.ToString().ReplaceLineEndings("\n").Split('\n');
        Assert.Equal("Conv2d               [2, 4, 6, 6]                       40      1.1 KiB", lines[2]);
        Assert.Equal("1,498 parameters, 11.7 KiB with their gradients; outputs 2.3 KiB", lines[^1]);
        Assert.True(network.IsTraining);
    }
}
