using CudaKernels.Networks;

namespace CudaKernels.Tests.Training;

/// <summary>What the trainer of classifiers does beside its steps.</summary>
public sealed class ClassifierTrainerTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void AnEvaluationDropsNothing()
    {
        var random = new Random(1);
        var data = new LabelledData([.. Enumerable.Range(0, 60 * 8).Select(_ => random.NextSingle())], [.. Enumerable.Range(0, 60).Select(i => i % 3L)]);
        var dropout = new Dropout<float>(0.5, new PhiloxState(1));
        using var network = new Sequential<float>(dropout, new Dense<float>(_device, 8, 3, random));
        using var trainer = new ClassifierTrainer<float>(_device, network);
        var first = trainer.Evaluate(data, batchSize: 25);
        Assert.Equal(first, trainer.Evaluate(data, batchSize: 25));
        Assert.Equal(first.Accuracy, trainer.Predict(data).Where((answer, i) => answer == i % 3).Count() / 60.0, 1e-12);
        Assert.Equal(new PhiloxState(1), dropout.Position);
        Assert.True(network.IsTraining);
        Assert.Equal(3, trainer.TrainEpoch(data, 20).Count());
        Assert.Equal(new PhiloxState(1).Advance(60 * 8), dropout.Position);
    }
}
