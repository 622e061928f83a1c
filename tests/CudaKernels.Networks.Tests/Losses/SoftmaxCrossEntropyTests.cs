using CudaKernels.Networks;

namespace CudaKernels.Tests.Losses;

/// <summary>The mean cross entropy is over the rows that have a class, also where a recorded graph meets other labels.</summary>
public sealed class SoftmaxCrossEntropyTests : IDisposable
{
    private static readonly double[] s_logits = [0.5, -1, 2, 0, 0.25, -0.75, 1, 1, -2, 0, 0, 3];

    private readonly CpuDevice _device = new();
    private readonly EmulatedDevice _emulated = EmulatedDevice.Open(new EmulationOptions());

    public void Dispose()
    {
        _emulated.Dispose();
        _device.Dispose();
    }

    [Theory]
    [InlineData(2L, 0L, 1L, 2L)]
    [InlineData(2L, -1L, -100L, 1L)]
    [InlineData(-1L, -1L, -1L, 0L)]
    [InlineData(-1L, -1L, -1L, -1L)]
    public void TheMeanIsOverTheRowsThatCount(params long[] classes)
    {
        using var loss = new SoftmaxCrossEntropy<double>();
        using var logits = _device.CreateTensor(s_logits, [4, 3]);
        using var labels = _device.CreateTensor(classes);
        var (mean, gradient) = loss.Evaluate(logits, labels, lossScale: 8);
        var (expected, slopes) = Expected(classes);
        Assert.Equal(expected, mean, 12);
        Assert.All(gradient.ToArray().Zip(slopes), pair => Assert.Equal(8 * pair.Second, pair.First, 12));
    }

    // A row of which the class is sure has a loss of 0, as one that is left out.
    [Fact]
    public void ALossOfZeroCounts()
    {
        using var loss = new SoftmaxCrossEntropy<float>();
        using var logits = _device.CreateTensor<float>([200, 0, 0, 0], [2, 2]);
        using var labels = _device.CreateTensor<long>([0, 1]);
        Assert.Equal(Math.Log(2) / 2, loss.Evaluate(logits, labels).Loss, 1e-6);
    }

    [Fact]
    public void ARecordedGraphCountsAnew()
    {
        var device = _emulated.Device;
        using var loss = new SoftmaxCrossEntropy<double>();
        using var logits = device.CreateTensor(s_logits, [4, 3]);
        using var labels = device.CreateZeros<long>([4]);
        DeviceTensor<double>? gradient = null;
        using var pass = new CapturedPass(device, () => gradient = loss.Differentiate(logits, labels));
        foreach (var classes in new long[][] { [0, 1, 2, 0], [1, -1, 2, 2], [-1, -1, 0, -1], [-1, -1, -1, -1], [2, 2, 2, 2] })
        {
            labels.CopyFrom(classes);
            pass.Launch();
            var (expected, slopes) = Expected(classes);
            Assert.Equal(expected, loss.ReadMean(), 12);
            Assert.All(gradient!.ToArray().Zip(slopes), pair => Assert.Equal(pair.Second, pair.First, 12));
        }

        Assert.True(pass.IsRecorded);
    }

    [Fact]
    public void AnEvaluationIsOverTheVectorsThatHaveAClass()
    {
        using var network = new Dense<float>(_device, 2, 2, new Random(1));
        using var trainer = new ClassifierTrainer<float>(_device, network);
        float[] features = [1, 0, 0, 1, 2, 1, -1, 3];
        var some = trainer.Evaluate(new LabelledData(features, [0, -1, 1, -1]), batchSize: 3);
        var those = trainer.Evaluate(new LabelledData([1, 0, 2, 1], [0, 1]), batchSize: 1);
        Assert.Equal(those.Loss, some.Loss, 1e-6);
        Assert.Equal(those.Accuracy, some.Accuracy);
        Assert.Equal(new Evaluation(0, 0), trainer.Evaluate(new LabelledData(features, [-1, -1, -1, -1])));
    }

    private static (double Mean, double[] Gradient) Expected(long[] classes)
    {
        var count = Math.Max(classes.Count(label => label >= 0), 1);
        var (mean, gradient) = (0.0, new double[s_logits.Length]);
        for (var row = 0; row < classes.Length; row++)
        {
            if (classes[row] < 0)
            {
                continue;
            }

            var powers = s_logits[(3 * row)..((3 * row) + 3)].Select(Math.Exp).ToArray();
            mean -= Math.Log(powers[classes[row]] / powers.Sum()) / count;
            for (var c = 0; c < 3; c++)
            {
                gradient[(3 * row) + c] = ((powers[c] / powers.Sum()) - (c == classes[row] ? 1 : 0)) / count;
            }
        }

        return (mean, gradient);
    }
}
