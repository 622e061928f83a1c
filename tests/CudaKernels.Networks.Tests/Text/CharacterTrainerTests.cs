using System.Numerics;
using CudaKernels.Networks;

namespace CudaKernels.Tests.Text;

/// <summary>A model of characters learns, on the managed device and, checked, on the software CUDA device.</summary>
public sealed class CharacterTrainerTests
{
    private const string Rhyme = "the quick brown fox jumps over the lazy dog and runs away; the dog sleeps on. ";

    [Theory]
    [InlineData("rnn")]
    [InlineData("gru")]
    [InlineData("lstm")]
    public void TheSoftwareDeviceFollowsTheManagedOneWithoutAReport(string cell)
    {
        Assert.SkipUnless(IsSupported(out var reason), reason);
        double[] expected, actual;
        using (var cpu = new CpuDevice())
        {
            expected = Losses<float>(cpu, cell, steps: 20);
        }

        using (var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true }))
        {
            actual = Losses<float>(emulated.Device, cell, steps: 20);
            Assert.DoesNotContain(emulated.Reports, report => report.Rule != EmulationReport.NoteRule);
        }

        Assert.Equal(20, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Theory]
    [InlineData("gru")]
    [InlineData("lstm")]
    public void SixteenBitModelsFollowFloat(string cell)
    {
        using var device = new CpuDevice();
        var expected = Losses<float>(device, cell, steps: 20);
        Assert.All(expected.Zip(Losses<BFloat16>(device, cell, steps: 20)), pair => Assert.Equal(pair.First, pair.Second, 0.03));
        Assert.All(expected.Zip(Losses<Half>(device, cell, steps: 20)), pair => Assert.Equal(pair.First, pair.Second, 0.005));

        // Two steps are left out until the scale fits; each is a batch learnt later.
        var late = Losses<Half>(device, cell, steps: 20, new LossScaleOptions { InitialScale = Math.Pow(2, 26) });
        Assert.True(late[19] - expected[19] is > 0.005 and < 0.3, $"{late[19]}, of float {expected[19]}");
    }

    [Fact]
    public void ARepeatedRhymeIsLearntByHeart()
    {
        using var device = new CpuDevice();
        var text = string.Concat(Enumerable.Repeat(Rhyme, 40));
        var vocabulary = new CharacterVocabulary(text);
        var streams = new TextStreams(vocabulary.Encode(text), batch: 4, steps: 16);
        using var model = Model<float>(device, vocabulary, "lstm", width: 48);
        using var trainer = new CharacterTrainer<float>(device, model, new AdamOptions { LearningRate = 0.01 });
        var before = trainer.Evaluate(streams);
        for (var epoch = 0; epoch < 6; epoch++)
        {
            Assert.Equal(streams.Pieces, trainer.TrainEpoch(streams).Count());
        }

        Assert.InRange(before, Math.Log(vocabulary.Count) - 0.5, Math.Log(vocabulary.Count) + 0.5);
        Assert.InRange(trainer.Evaluate(streams), 0, 0.2);
        Assert.StartsWith(Rhyme[4..34], trainer.Generate(vocabulary, Rhyme + Rhyme[..4], 60, new Random(1), temperature: 0.2), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gru")]
    [InlineData("lstm")]
    public void AResumedTrainingEndsWithTheSameBits(string cell)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        var text = string.Concat(Enumerable.Repeat(Rhyme, 4));
        var vocabulary = new CharacterVocabulary(text);
        var streams = new TextStreams(vocabulary.Encode(text), batch: 3, steps: 5);
        using var device = new CpuDevice();
        try
        {
            var whole = Run(trainer =>
            {
                trainer.TrainEpoch(streams).Count();
                Checkpoint.Save(path, trainer);
                trainer.TrainEpoch(streams).Count();
            });
            var resumed = Run(trainer =>
            {
                Checkpoint.Load(path, trainer);
                trainer.TrainEpoch(streams).Count();
            });
            Assert.Equal(whole, resumed);
            Assert.NotEqual(whole, Run(trainer => trainer.TrainEpoch(streams).Count()));
        }
        finally
        {
            Checkpoint.Delete(path);
        }

        float[] Run(Action<CharacterTrainer<float>> train)
        {
            using var model = Model<float>(device, vocabulary, cell, width: 7);
            using var trainer = new CharacterTrainer<float>(device, model, new AdamOptions { LearningRate = 0.01 });
            train(trainer);
            return [.. model.Parameters.SelectMany(parameter => parameter.Value.ToArray())];
        }
    }

    [Fact]
    public void StreamsGoOnFromPieceToPiece()
    {
        var streams = new TextStreams([.. Enumerable.Range(0, 14).Select(i => (long)i)], batch: 2, steps: 3);
        var (inputs, targets) = (new long[6], new long[6]);
        Assert.Equal(2, streams.Pieces);
        streams.Read(0, inputs, targets);
        Assert.Equal([0L, 6, 1, 7, 2, 8], inputs);
        Assert.Equal([1L, 7, 2, 8, 3, 9], targets);
        streams.Read(1, inputs, targets);
        Assert.Equal([3L, 9, 4, 10, 5, 11], inputs);
        Assert.Contains("7 characters, got 6", Assert.Throws<ArgumentException>(() => new TextStreams(new long[6], 2, 3)).Message, StringComparison.Ordinal);
        var vocabulary = new CharacterVocabulary("hello");
        Assert.Equal("ehlo", string.Concat(Enumerable.Range(0, vocabulary.Count).Select(i => vocabulary.Decode(i))));
        Assert.Contains("'x'", Assert.Throws<ArgumentException>(() => vocabulary.Encode("hex")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary.Decode(4));
    }

    private static double[] Losses<T>(ComputeDevice device, string cell, int steps, LossScaleOptions? lossScale = null) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var text = string.Concat(Enumerable.Repeat(Rhyme, 4));
        var vocabulary = new CharacterVocabulary(text);
        var streams = new TextStreams(vocabulary.Encode(text), batch: 3, steps: 5);
        using var model = Model<T>(device, vocabulary, cell, width: 7);
        using var trainer = new CharacterTrainer<T>(device, model, new AdamOptions { LearningRate = 0.01 }, lossScale: lossScale);
        return [.. trainer.TrainEpoch(streams).Take(steps).Select(step => step.Loss)];
    }

    private static CharacterModel<T> Model<T>(ComputeDevice device, CharacterVocabulary vocabulary, string cell, int width) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(5);
        RecurrentLayer<T> layer = cell switch
        {
            "rnn" => new Rnn<T>(device, 6, width, random),
            "gru" => new Gru<T>(device, 6, width, random),
            _ => new Lstm<T>(device, 6, width, random),
        };
        return new CharacterModel<T>(device, vocabulary.Count, layer, random);
    }

    private static bool IsSupported(out string reason)
    {
        var found = EmulatedDevice.IsSupported(out reason);
        Assert.False(!found && Environment.GetEnvironmentVariable("CI") == "true", reason);
        return found;
    }
}
