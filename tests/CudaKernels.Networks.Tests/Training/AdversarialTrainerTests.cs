using System.Numerics;
using CudaKernels.Networks;
using CudaKernels.Tests.Operations;

namespace CudaKernels.Tests.Training;

/// <summary>The game of two small networks, and the loss that they play for.</summary>
public sealed class AdversarialTrainerTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void GeneratedPointsMoveToTheRealOnes()
    {
        var random = new Random(1);
        var points = new float[256 * 2];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = (i % 2 == 0 ? 2 : -1) + (0.3f * ((float)random.NextDouble() - 0.5f));
        }

        var data = new LabelledData(points, new long[256]);
        using var generator = new Sequential<float>(new Dense<float>(_device, 3, 2, random));
        using var discriminator = new Sequential<float>(new Dense<float>(_device, 2, 16, random), new LeakyRelu<float>(0.2), new Dense<float>(_device, 16, 1, random));
        using var trainer = new AdversarialTrainer<float>(_device, generator, discriminator, 3, new AdamOptions { LearningRate = 5e-3, Beta1 = 0.5 }, seed: 2);
        var before = Distance(generator);
        List<AdversarialStep> steps = [];
        for (var epoch = 0; epoch < 60; epoch++)
        {
            steps.AddRange(trainer.TrainEpoch(data, 32));
        }

        Assert.Equal(Enumerable.Range(1, 480).Select(step => (long)step), steps.Select(step => step.Step));
        Assert.All(steps, step => Assert.InRange(step.DiscriminatorAccuracy, 0, 1));
        Assert.True(Distance(generator) < 0.5 * before, $"{before} before, {Distance(generator)} after");
    }

    [Fact]
    public void TheSameSeedPlaysTheSameGame()
    {
        Assert.Equal(Play(3), Play(3));
        Assert.NotEqual(Play(3), Play(4));

        AdversarialStep[] Play(int seed)
        {
            var random = new Random(5);
            var data = new LabelledData([.. Enumerable.Range(0, 40).Select(i => i / 40f)], new long[20]);
            using var generator = new Sequential<float>(new Dense<float>(_device, 4, 2, random));
            using var discriminator = new Sequential<float>(new Dense<float>(_device, 2, 1, random));
            using var trainer = new AdversarialTrainer<float>(_device, generator, discriminator, 4, seed: seed);
            return [.. trainer.TrainEpoch(data, 8)];
        }
    }

    [Fact]
    public void ARateOfZeroTeachesNothing()
    {
        using var game = new Game(_device, seed: 3);
        game.Play(1);
        var weights = game.Weights;
        game.Trainer.LearningRate = 0;
        Assert.Equal(0, game.Trainer.LearningRate);
        game.Play(1);
        Assert.Equal(weights, game.Weights);
        game.Trainer.LearningRate = 1e-3;
        game.Play(1);
        Assert.All(weights.Zip(game.Weights), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    // Both networks have a layer of the same name, and both optimizers are Adam: the parts of the state stand apart. Dropout and noise go on where they were.
    [Fact]
    public void AResumedGameEqualsAnUninterruptedOne()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("game.safetensors");
        using var whole = new Game(_device, seed: 3);
        var expected = whole.Play(3);
        using (var first = new Game(_device, seed: 3))
        {
            Assert.Equal(expected[..5], first.Play(1));
            Checkpoint.Save(path, first.Trainer);
        }

        using var resumed = new Game(_device, seed: 8);
        Checkpoint.Load(path, resumed.Trainer);
        Assert.Equal((1, 5L), (resumed.Trainer.EpochCount, resumed.Trainer.StepCount));
        Assert.Equal(expected[5..], resumed.Play(2));
        Assert.Equal(whole.Weights, resumed.Weights);
        using var file = SafetensorsFile.Open(path);
        Assert.Superset(
            new HashSet<string> { "generator.dense.weight", "discriminator.dense.weight", "generator.adam.steps", "discriminator.adam.dense.bias.first", "discriminator.dropout.position.offset", "trainer.noise.offset" },
            file.Entries.Select(entry => entry.Name).ToHashSet());
    }

    [Fact]
    public void SixteenBitNetworksPlayAsFloatOnes()
    {
        var expected = Play<float>(null);
        Assert.All(expected.Zip(Play<BFloat16>(null)), pair => Follows(pair.First, pair.Second, 0.03));
        Assert.All(expected.Zip(Play<Half>(1024)), pair => Follows(pair.First, pair.Second, 0.005));

        // A scale that is too large at first: each network's own falls until it fits, and the steps keep their numbers.
        Assert.All(expected.Zip(Play<Half>(1 << 20)), pair => Follows(pair.First, pair.Second, 0.2));

        static void Follows(AdversarialStep expected, AdversarialStep actual, double tolerance)
        {
            Assert.Equal(expected.Step, actual.Step);
            Assert.Equal(expected.GeneratorLoss, actual.GeneratorLoss, tolerance);
            Assert.Equal(expected.DiscriminatorLoss, actual.DiscriminatorLoss, tolerance);
        }

        AdversarialStep[] Play<T>(double? scale) where T : unmanaged, IFloatingPointIeee754<T>
        {
            var random = new Random(5);
            var data = new LabelledData([.. Enumerable.Range(0, 160).Select(i => i / 160f)], new long[80]);
            using var generator = new Sequential<T>(new Dense<T>(_device, 4, 2, random));
            using var discriminator = new Sequential<T>(new Dense<T>(_device, 2, 8, random), new LeakyRelu<T>(0.2), new Dense<T>(_device, 8, 1, random));
            using var trainer = new AdversarialTrainer<T>(_device, generator, discriminator, 4, new AdamOptions { LearningRate = 5e-3, Beta1 = 0.5 }, seed: 3, scale is null ? null : new LossScaleOptions { InitialScale = scale.Value });
            AdversarialStep[] steps = [.. trainer.TrainEpoch(data, 8), .. trainer.TrainEpoch(data, 8)];
            Assert.Equal(20, trainer.StepCount);
            Assert.Equal(scale > 1024, trainer.SkippedSteps > 0);
            return steps;
        }
    }

    [Fact]
    public void TheLossIsTheMeanAndHasItsGradient()
    {
        var random = new Random(6);
        using var loss = new BinaryCrossEntropy<double>();
        using var logits = CentralDifferences.Random(_device, random, [5, 1]);
        using var targets = _device.CreateTensor([1, 0, 1, 0.25, 0.5], [5, 1]);
        var (value, gradient) = loss.Evaluate(logits, targets);
        var expected = logits.ToArray().Zip(targets.ToArray(), (x, t) => -(t * Math.Log(1 / (1 + Math.Exp(-x)))) - ((1 - t) * Math.Log(1 / (1 + Math.Exp(x))))).Average();
        Assert.Equal(expected, value, 1e-12);
        CentralDifferences.Verify(logits, gradient.ToArray(), () => loss.Evaluate(logits, targets).Loss);
        using var none = _device.CreateZeros<double>([0, 1]);
        Assert.Throws<ArgumentException>(() => loss.Evaluate(none, none));
    }

    // From the middle of 500 generated points to (2, -1).
    private double Distance(Sequential<float> generator)
    {
        using var noise = _device.CreateUninitializedTensor<float>([500, 3]);
        noise.FillNormal(new PhiloxState(9));
        using var middle = generator.Forward(noise).Mean([0]);
        var (x, y) = (middle.ToArray()[0], middle.ToArray()[1]);
        return Math.Sqrt(((x - 2) * (x - 2)) + ((y + 1) * (y + 1)));
    }

    private sealed class Game : IDisposable
    {
        private readonly LabelledData _data = new([.. Enumerable.Range(0, 80).Select(i => i / 40f)], new long[40]);
        private readonly Sequential<float> _generator;
        private readonly Sequential<float> _discriminator;

        public Game(CpuDevice device, int seed)
        {
            var random = new Random(seed);
            _generator = new Sequential<float>(new Dense<float>(device, 4, 2, random));
            _discriminator = new Sequential<float>(new Dropout<float>(0.3, new PhiloxState((ulong)seed)), new Dense<float>(device, 2, 1, random));
            Trainer = new AdversarialTrainer<float>(device, _generator, _discriminator, 4, seed: seed);
        }

        public AdversarialTrainer<float> Trainer { get; }

        public float[][] Weights => [.. _generator.Parameters.Concat(_discriminator.Parameters).Select(parameter => parameter.Value.ToArray())];

        public AdversarialStep[] Play(int epochs) => [.. Enumerable.Range(0, epochs).SelectMany(_ => Trainer.TrainEpoch(_data, 8))];

        public void Dispose()
        {
            Trainer.Dispose();
            _generator.Dispose();
            _discriminator.Dispose();
        }
    }
}
