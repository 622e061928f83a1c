using CudaKernels.Networks;

namespace CudaKernels.Tests.Training;

/// <summary>Steps that are replayed as a graph against steps that are launched one kernel after the other, on the software device.</summary>
public sealed class CapturedPassTests : IDisposable
{
    private readonly EmulatedDevice _emulated = EmulatedDevice.Open(new EmulationOptions());

    public void Dispose() => _emulated.Dispose();

    [Fact]
    public void AReplayedTrainingEqualsALaunchedOne()
    {
        var launched = Train(usesGraph: false);
        var replayed = Train(usesGraph: true);
        Assert.Equal(launched.Losses, replayed.Losses);
        Assert.Equal(launched.Weights, replayed.Weights);
        Assert.True(launched.Losses[0] > launched.Losses[^1]);
    }

    [Fact]
    public void TheFirstLaunchRunsAndTheSecondRecords()
    {
        using var x = _emulated.Device.CreateTensor([1f, 2f]);
        using var y = _emulated.Device.CreateZeros<float>([2]);
        using var pass = new CapturedPass(_emulated.Device, () =>
        {
            x.Add(y, y);
            y.Add(y, y);
        });
        pass.Launch();
        Assert.False(pass.IsRecorded);
        Assert.Equal([2f, 4f], y.ToArray());
        pass.Launch();
        Assert.True(pass.IsRecorded);
        Assert.Equal(2, pass.NodeCount);
        Assert.Equal([6f, 12f], y.ToArray());
        pass.Launch();
        Assert.Equal([14f, 28f], y.ToArray());
    }

    [Fact]
    public void DropoutCannotBeRecorded()
    {
        using var network = new Sequential<float>(new Dropout<float>(0.5, new PhiloxState(1)));
        using var x = _emulated.Device.CreateTensor([1f, 2f]);
        using var pass = new CapturedPass(_emulated.Device, () => network.Forward(x));
        pass.Launch();
        Assert.Contains("dropout cannot be recorded", Assert.Throws<InvalidOperationException>(pass.Launch).Message, StringComparison.Ordinal);
        network.IsTraining = false;
        pass.Launch();
        Assert.True(pass.IsRecorded);
    }

    // Between two epochs an evaluation runs the layers on other shapes.
    private (double[] Losses, float[][] Weights) Train(bool usesGraph)
    {
        var random = new Random(4);
        var device = _emulated.Device;
        using var network = new Sequential<float>(
            new Reshape<float>(1, 4, 4),
            new Conv2d<float>(device, 1, 3, (3, 3), random),
            new BatchNorm<float>(device, 3),
            new Relu<float>(),
            new MaxPool2d<float>(new Pool2dOptions(2)),
            new Flatten<float>(),
            new Dense<float>(device, 3, 2, random));
        using var trainer = new ClassifierTrainer<float>(device, network, new AdamOptions { LearningRate = 0.02 }, seed: 5) { UsesGraph = usesGraph };
        var features = new float[22 * 16];
        for (var i = 0; i < features.Length; i++)
        {
            features[i] = (i / 16 % 2 == 0 ? 0.5f : -0.5f) + (float)random.NextDouble();
        }

        var data = new LabelledData(features, [.. Enumerable.Range(0, 22).Select(i => i % 2L)]);
        List<double> losses = [];
        for (var epoch = 0; epoch < 3; epoch++)
        {
            foreach (var step in trainer.TrainEpoch(data, 5))
            {
                losses.Add(step.Loss);
                trainer.LearningRate *= 0.97;
            }

            losses.Add(trainer.Evaluate(data, batchSize: 7).Loss);
        }

        return ([.. losses], [.. network.Parameters.Select(parameter => parameter.Value.ToArray())]);
    }
}
