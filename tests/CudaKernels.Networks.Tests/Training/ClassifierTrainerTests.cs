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

    [Fact]
    public void ALoaderOfBytesTrainsAsTheirFeaturesDo()
    {
        const int side = 5;
        var random = new Random(2);
        var (bytes, labels) = (new byte[46 * side * side], Enumerable.Range(0, 46).Select(i => i % 3L).ToArray());
        random.NextBytes(bytes);
        var normal = new ImageAugmentation { Mean = [0.4f], Deviation = [0.3f] };
        var features = new LabelledData(Array.ConvertAll(bytes, value => ((value / 255f) - 0.4f) / 0.3f), labels);
        var pictures = new ArraySource<byte>(bytes, labels, [side, side, 1]);
        using var loader = new BatchLoader<byte>(_device, pictures, new BatchLoaderOptions { BatchSize = 8, Seed = 4, DropLast = true });
        Assert.Equal(Losses(trainer => trainer.TrainEpoch(features, 8)), Losses(trainer => trainer.TrainEpoch(loader, (batch, epoch) => Prepare(batch, epoch, normal))));

        // Mirrored otherwise in each epoch, and the same when the training is done again.
        var mirroring = normal with { FlipProbability = 0.5 };
        var mirrored = Losses(trainer => trainer.TrainEpoch(loader, (batch, epoch) => Prepare(batch, epoch, mirroring)));
        Assert.Equal(mirrored, Losses(trainer => trainer.TrainEpoch(loader, (batch, epoch) => Prepare(batch, epoch, mirroring))));
        Assert.NotEqual(mirrored, Losses(trainer => trainer.TrainEpoch(loader, (batch, _) => Prepare(batch, 0, mirroring))));

        double[] Losses(Func<ClassifierTrainer<float>, IEnumerable<TrainingStep>> epoch)
        {
            using var network = new Sequential<float>(new Dense<float>(_device, side * side, 3, new Random(3)));
            using var trainer = new ClassifierTrainer<float>(_device, network, seed: 4);
            double[] losses = [.. epoch(trainer).Concat(epoch(trainer)).Select(step => step.Loss)];
            Assert.Equal((10, 2), (losses.Length, trainer.EpochCount));
            return losses;
        }

        static DeviceTensor<float> Prepare(Batch<byte> batch, int epoch, ImageAugmentation options)
        {
            using var images = batch.Samples.AugmentImages<float>(batch.Indices, (side, side), options, new PhiloxState(5, Subsequence: (ulong)epoch));
            return images.Reshape([batch.Count, side * side]);
        }
    }
}
