using System.Runtime.InteropServices;
using CudaKernels.Networks;
using CudaKernels.Tests.Checkpoints;

namespace CudaKernels.Tests.Optimizers;

/// <summary>Dynamic loss scaling: what an overflow leaves alone, how the scale follows, which gradients it saves.</summary>
public sealed class GradientScalerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CpuDevice _device = new();

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void AnOverflowLeavesTheStepOutAndHalvesTheScale()
    {
        using var a = new Parameter<Half>("a", _device.CreateTensor<Half>([(Half)1, (Half)2]));
        using var b = new Parameter<Half>("b", _device.CreateTensor<Half>([(Half)3]));
        using var optimizer = new Adam<Half>([a, b], new AdamOptions { LearningRate = 0.1 });
        using var scaler = new GradientScaler<Half>([a, b]);
        Assert.Equal(65536, scaler.Scale);
        var path = _folder.Combine("adam.safetensors");
        foreach (var odd in (Half[])[Half.PositiveInfinity, Half.NegativeInfinity, Half.NaN])
        {
            a.Gradient.CopyFrom([(Half)1, (Half)1]);
            b.Gradient.CopyFrom([odd]);
            Checkpoint.Save(path, optimizer);
            var before = State(path);
            Assert.Equal(2 * 3, before.Length);
            Assert.False(scaler.Step(optimizer));
            Assert.Equal<Half>([(Half)1, (Half)2], a.Value.ToArray());
            Assert.Equal((Half)3, b.Value.ToScalar());
            Checkpoint.Save(path, optimizer);
            Assert.Equal(before, State(path));
        }

        Assert.Equal((65536 / 8, 3L, 0L), (scaler.Scale, scaler.SkippedSteps, optimizer.StepCount));

        // The flag does not stay.
        b.Gradient.CopyFrom([(Half)1]);
        Assert.True(scaler.Step(optimizer));
        Assert.Equal((65536 / 8, 3L, 1L), (scaler.Scale, scaler.SkippedSteps, optimizer.StepCount));
        Assert.Equal(2.9, (double)b.Value.ToScalar(), 1e-2);
        for (var i = 0; i < 20; i++)
        {
            b.Gradient.CopyFrom([Half.NaN]);
            Assert.False(scaler.Step(optimizer));
        }

        Assert.Equal(1, scaler.Scale);
    }

    [Fact]
    public void TheScaleGrowsAfterSoManyGoodSteps()
    {
        using var x = new Parameter<Half>("x", _device.CreateTensor<Half>([(Half)1]));
        using var optimizer = new Sgd<Half>([x]);
        using var scaler = new GradientScaler<Half>([x], new LossScaleOptions { InitialScale = 8, GrowthInterval = 3, GrowthFactor = 4, BackoffFactor = 0.25, MinimumScale = 2 });
        double[] scales = [8, 8, 32, 32, 32, 8, 8, 8, 32, 32, 32, 128, 32, 8, 2, 2];
        var overflows = new HashSet<int> { 5, 12, 13, 14, 15 };
        for (var step = 0; step < scales.Length; step++)
        {
            x.Gradient.CopyFrom([overflows.Contains(step) ? Half.PositiveInfinity : Half.Zero]);
            Assert.Equal(!overflows.Contains(step), scaler.Step(optimizer));
            Assert.Equal(scales[step], scaler.Scale);
        }

        Assert.Equal((11L, 5L), (optimizer.StepCount, scaler.SkippedSteps));
        Assert.Equal(1, (double)x.Value.ToScalar());
    }

    [Fact]
    public void ASmallGradientSurvivesWithAScaleAlone()
    {
        // A sample that is told so surely that the gradient, 2e-9, is 0 in Half, whose smallest number is 6e-8.
        var exact = Weights<float>(scale: 1);
        Assert.Equal(5, exact[0], 1e-6);
        Assert.InRange(-5 - exact[1], 0.03, 0.05);
        Assert.Equal([5, -5], Weights<Half>(scale: 1));
        var scaled = Weights<Half>(scale: 65536);
        Assert.Equal(exact[1], scaled[1], 0.004);

        double[] Weights<T>(double scale) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
        {
            using var network = new Dense<T>(_device, 1, 2, new Random(1));
            network.Parameters[0].Value.CopyFrom(Array.ConvertAll([5.0, -5.0], T.CreateTruncating));
            using var optimizer = new Sgd<T>([network.Parameters[0]], new SgdOptions { LearningRate = 1e7 });
            using var scaler = new GradientScaler<T>([network.Parameters[0]], new LossScaleOptions { InitialScale = scale });
            using var loss = new SoftmaxCrossEntropy<T>();
            using var x = _device.CreateTensor(Array.ConvertAll([2.0], T.CreateTruncating), [1, 1]);
            using var label = _device.CreateTensor<long>([0]);
            var (value, gradient) = loss.Evaluate(network.Forward(x), label, scaler.Scale);
            Assert.InRange(value, 0, 1e-8);
            network.Backward(gradient);

            // The right class's own gradient, p - 1, vanishes in float too; the other's, p, is looked at.
            using (var other = network.Parameters[0].Gradient.Slice(..1))
            {
                other.Fill(T.Zero);
            }

            Assert.True(scaler.Step(optimizer));
            return Array.ConvertAll(network.Parameters[0].Value.ToArray(), double.CreateTruncating);
        }
    }

    [Fact]
    public void TheBoundOfTheNormHoldsWithoutTheScale()
    {
        using var x = new Parameter<Half>("x", _device.CreateZeros<Half>([2]));
        using var optimizer = new Sgd<Half>([x], new SgdOptions { LearningRate = 1 });
        using var scaler = new GradientScaler<Half>([x], new LossScaleOptions { InitialScale = 256 });
        using var clipper = new GradientClipper<Half>([x], maxNorm: 2.5);
        x.Gradient.CopyFrom([(Half)(3 * 256), (Half)(-4 * 256)]);
        Assert.True(scaler.Step(optimizer, clipper));
        Assert.Equal(5, clipper.ReadNorm());
        Assert.Equal<Half>([(Half)(-1.5), (Half)2], x.Value.ToArray());

        // At the bound nothing changes.
        x.Gradient.CopyFrom([(Half)(1.5 * 256), (Half)(-2 * 256)]);
        Assert.True(scaler.Step(optimizer, clipper));
        Assert.Equal(2.5, clipper.ReadNorm());
        Assert.Equal<Half>([(Half)(-3), (Half)4], x.Value.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => clipper.Clip(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => clipper.Clip(double.NaN));
    }

    [Fact]
    public void AResumedTrainingWithOverflowsEqualsAnUninterruptedOne()
    {
        var path = _folder.Combine("half.safetensors");
        var options = new LossScaleOptions { InitialScale = 1 << 20, GrowthInterval = 3, GrowthFactor = 16 };
        using var whole = new SmallTraining<Half>(lossScale: options);
        using (var first = new SmallTraining<Half>(lossScale: options))
        {
            whole.TrainEpoch();
            first.TrainEpoch();
            Checkpoint.Save(path, first.Trainer);
        }

        Assert.InRange(whole.Trainer.SkippedSteps, 1, 7);
        using var resumed = new SmallTraining<Half>(seed: 6, lossScale: options);
        Checkpoint.Load(path, resumed.Trainer);
        Assert.Equal((whole.Trainer.LossScale, whole.Trainer.SkippedSteps, 8L), (resumed.Trainer.LossScale, resumed.Trainer.SkippedSteps, resumed.Trainer.StepCount));
        for (var epoch = 1; epoch < 3; epoch++)
        {
            whole.TrainEpoch();
            resumed.TrainEpoch();
        }

        Assert.Equal(whole.Losses[8..], resumed.Losses);
        Assert.Equal(whole.Weights, resumed.Weights);
        Assert.Equal((whole.Trainer.LossScale, whole.Trainer.SkippedSteps, 24L), (resumed.Trainer.LossScale, resumed.Trainer.SkippedSteps, resumed.Trainer.StepCount));
        Assert.True(whole.Trainer.SkippedSteps >= 4, $"{whole.Trainer.SkippedSteps} steps were left out");
    }

    [Fact]
    public void OnlyHalfIsScaledUnlessAskedFor()
    {
        using var half = new SmallTraining<Half>();
        using var brain = new SmallTraining<BFloat16>();
        using var asked = new SmallTraining<float>(lossScale: new LossScaleOptions { InitialScale = 4 });
        using var single = new SmallTraining<float>();
        Assert.Equal((65536.0, 1.0, 4.0, 1.0), (half.Trainer.LossScale, brain.Trainer.LossScale, asked.Trainer.LossScale, single.Trainer.LossScale));

        // A power of two changes no bit of a float training.
        asked.TrainEpoch();
        single.TrainEpoch();
        Assert.Equal(single.Weights, asked.Weights);
    }

    [Fact]
    public void TheSoftwareDeviceLeavesOutTheSameStepsWithoutAReport()
    {
        var found = EmulatedDevice.IsSupported(out var reason);
        Assert.False(!found && Environment.GetEnvironmentVariable("CI") == "true", reason);
        Assert.SkipUnless(found, reason);
        var options = new LossScaleOptions { InitialScale = 1 << 20, GrowthInterval = 3, GrowthFactor = 16 };
        using var expected = new SmallTraining<Half>(lossScale: options);
        expected.TrainEpoch();
        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true });
        using (var actual = new SmallTraining<Half>(lossScale: options, device: emulated.Device))
        {
            actual.TrainEpoch();
            Assert.Equal((expected.Trainer.LossScale, expected.Trainer.SkippedSteps), (actual.Trainer.LossScale, actual.Trainer.SkippedSteps));
            Assert.All(expected.Losses.Zip(actual.Losses), pair => Assert.Equal(pair.First, pair.Second, 5e-3));
        }

        Assert.DoesNotContain(emulated.Reports, report => report.Rule != EmulationReport.NoteRule);
    }

    [Fact]
    public void SettingsThatMakeNoSenseAreRefused()
    {
        Assert.Throws<ArgumentException>(() => new GradientScaler<Half>([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LossScaleOptions { InitialScale = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LossScaleOptions { InitialScale = double.PositiveInfinity });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LossScaleOptions { GrowthFactor = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LossScaleOptions { BackoffFactor = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LossScaleOptions { BackoffFactor = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LossScaleOptions { GrowthInterval = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LossScaleOptions { MinimumScale = -1 });
    }

    // The moments and master weights.
    private static (string Name, string Bits)[] State(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return [.. file.Entries.Where(entry => entry.Kind == ElementKind.Float32).Select(entry => (entry.Name, Convert.ToHexString(MemoryMarshal.AsBytes<float>(file.ToArray<float>(entry.Name)))))];
    }
}
