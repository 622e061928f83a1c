using System.Numerics;
using CudaKernels.Networks;

namespace CudaKernels.Tests.Checkpoints;

/// <summary>A training that goes on from a checkpoint against one that was never interrupted, bit for bit.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Target => _folder.Combine("run/training.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AResumedTrainingEqualsAnUninterruptedOne()
    {
        Compare<float>();
        Compare<double>();
        Compare<Half>();
        Compare<BFloat16>();
    }

    private void Compare<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var whole = new SmallTraining<T>();
        using (var first = new SmallTraining<T>())
        {
            whole.TrainEpoch();
            first.TrainEpoch();
            Checkpoint.Save(Target, first.Trainer);
        }

        // Other first weights and another seed: all must come from the file.
        using var resumed = new SmallTraining<T>(seed: 6);
        Assert.Equal(new CheckpointSource(Target, null), Checkpoint.Load(Target, resumed.Trainer));
        Assert.Equal((1, 8L), (resumed.Trainer.EpochCount, resumed.Trainer.StepCount));
        for (var epoch = 1; epoch < 3; epoch++)
        {
            whole.TrainEpoch();
            resumed.TrainEpoch();
        }

        Assert.Equal(whole.Losses[8..], resumed.Losses);
        Assert.Equal(whole.Weights, resumed.Weights);
        Assert.Equal(0, resumed.Trainer.LearningRate);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.9, false)]
    [InlineData(0.9, true)]
    public void AResumedDescentKeepsItsVelocity(double momentum, bool nesterov)
    {
        var options = new SgdOptions { LearningRate = 0.1, Momentum = momentum, Nesterov = nesterov };
        using var device = new CpuDevice();
        var (whole, _) = Descend(device, options, [0.5, -1, 2], null, steps: 5);
        var (half, saved) = Descend(device, options, [0.5, -1, 2], null, steps: 2);
        Assert.NotEqual(whole, half);
        var (resumed, _) = Descend(device, options, [9, 9, 9], saved, steps: 3);
        Assert.Equal(whole, resumed);
    }

    // The gradient of half the squares is the value itself.
    private (double[] Values, string Saved) Descend(CpuDevice device, SgdOptions options, double[] start, string? from, int steps)
    {
        using var parameter = new Parameter<double>("x", device.CreateTensor(start));
        using var optimizer = new Sgd<double>([parameter], options);
        using var network = new OneParameter(parameter);
        if (from is not null)
        {
            Checkpoint.Load(from, network, optimizer);
            Assert.Equal(2, optimizer.StepCount);
        }

        for (var step = 0; step < steps; step++)
        {
            parameter.Value.CopyTo(parameter.Gradient);
            optimizer.Step();
        }

        var path = _folder.Combine($"sgd-{steps}.safetensors");
        Checkpoint.Save(path, network, optimizer);
        return (parameter.Value.ToArray(), path);
    }

    [Fact]
    public void TheFileIsOneThatOtherToolsRead()
    {
        using var training = new SmallTraining<float>();
        training.TrainEpoch();
        Checkpoint.Save(Target, training.Trainer);
        using var file = SafetensorsFile.Open(Target);
        Assert.Equal(
            [
                "adam.first.bias.first", "adam.first.bias.second", "adam.first.weight.first", "adam.first.weight.second", "adam.learning_rate", "adam.second.bias.first", "adam.second.bias.second",
                "adam.second.weight.first", "adam.second.weight.second", "adam.steps", "first.bias", "first.weight", "second.bias", "second.weight", "trainer.epochs", "trainer.seed",
            ],
            file.Entries.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.Equal(training.Network.Parameters[0].Value.ToArray(), file.ToArray<float>("first.weight"));
        Assert.Equal<long>([8], file.ToArray<long>("adam.steps"));
    }

    [Fact]
    public void ANetworkAloneTakesItsParameters()
    {
        using var training = new SmallTraining<float>();
        training.TrainEpoch();
        Checkpoint.Save(Target, training.Trainer);
        using var other = new SmallTraining<float>(seed: 6);
        Checkpoint.Load(Target, other.Network);
        Assert.Equal(training.Weights, other.Weights);
        Assert.Equal(0, other.Trainer.StepCount);
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedAndNothingIsChanged()
    {
        using var training = new SmallTraining<float>();
        training.TrainEpoch();
        Checkpoint.Save(Target, training.Network, new Setting("3"));

        using var wider = new SmallTraining<float>(width: 8);
        Refused(wider, "'first.weight' is f32 [7, 2] there and f32 [8, 2] here", wider.Network);
        using var narrower = new SmallTraining<Half>();
        Refused(narrower, "'first.weight' is f32 [7, 2] there and f16 [7, 2] here", narrower.Network);
        using var same = new SmallTraining<float>(seed: 6);
        Refused(same, "no 'adam.first.weight.first' there", same.Trainer);
        Refused(same, "'seed' is '3' there and '4' here", same.Network, new Setting("4"));
        Checkpoint.Load(Target, same.Network, new Setting("3"));
        Assert.Equal(training.Weights, same.Weights);
    }

    private void Refused<T>(SmallTraining<T> training, string expected, params ICheckpointed[] parts) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var before = training.Weights;
        var e = Assert.Throws<InvalidDataException>(() => Checkpoint.Load(Target, parts));
        Assert.StartsWith($"{Target}: {expected}", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, training.Weights);
    }

    [Fact]
    public void NamesThatStandTwiceAreRefused()
    {
        using var training = new SmallTraining<float>();
        Assert.Contains("'first.weight'", Assert.Throws<ArgumentException>(() => Checkpoint.Save(Target, training.Network, training.Network)).Message, StringComparison.Ordinal);
        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => Checkpoint.Save(Target, new Setting("1"), new Setting("1"))).Message, StringComparison.Ordinal);
        Assert.Contains("reserved", Assert.Throws<ArgumentException>(() => Checkpoint.Save(Target, new Setting("1", "sha256"))).Message, StringComparison.Ordinal);
        Assert.False(Checkpoint.Exists(Target));
    }

    private sealed class OneParameter(Parameter<double> parameter) : Layer<double>
    {
        public override IReadOnlyList<Parameter<double>> Parameters => [parameter];

        public override DeviceTensor<double> Forward(DeviceTensor<double> input) => input;

        public override DeviceTensor<double> Backward(DeviceTensor<double> outputGradient) => outputGradient;
    }

    private sealed class Setting(string value, string name = "seed") : ICheckpointed
    {
        public void Describe(CheckpointState state) => state.AddSetting(name, value);
    }
}
