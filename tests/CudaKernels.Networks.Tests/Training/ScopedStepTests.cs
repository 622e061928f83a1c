using CudaKernels.Networks;
using CudaKernels.Tests.Operations;

namespace CudaKernels.Tests.Training;

/// <summary>Networks that are made in one scope and trained with a scope around each step: what layers, losses and optimizers keep outlives both.</summary>
public sealed class ScopedStepTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void AClassifierTrainsWithAScopeAroundEachStep() => Assert.Equal(Classify(scoped: false), Classify(scoped: true));

    [Theory]
    [InlineData("rnn")]
    [InlineData("gru")]
    [InlineData("lstm")]
    public void ARecurrentLayerTrainsWithAScopeAroundEachStep(string kind) => Assert.Equal(Recur(kind, scoped: false), Recur(kind, scoped: true));

    private double[] Classify(bool scoped)
    {
        using var outer = scoped ? _device.BeginScope() : null;
        var random = new Random(1);
        var x = CentralDifferences.Random(_device, random, [4, 2, 6, 6]);
        var labels = _device.CreateTensor<long>([0, 2, 1, 2]);
        TensorScope? making = scoped ? _device.BeginScope() : null;
        using var network = new Sequential<double>(
            new Conv2d<double>(_device, 2, 4, (3, 3), random), new BatchNorm<double>(_device, 4), new LeakyRelu<double>(), new MaxPool2d<double>(new Pool2dOptions((2, 2))), new Flatten<double>(),
            new Dropout<double>(0.25, new PhiloxState(3)), new Dense<double>(_device, 16, 3, random));
        using var loss = new SoftmaxCrossEntropy<double>();
        using var optimizer = new Adam<double>(network.Parameters);
        using var clipper = new GradientClipper<double>(network.Parameters, 0.5);
        making?.Dispose();
        return [.. Steps(scoped, () =>
        {
            var (value, gradient) = loss.Evaluate(network.Forward(x), labels);
            network.Backward(gradient);
            clipper.Clip();
            optimizer.Step();
            return value;
        })];
    }

    private double[] Recur(string kind, bool scoped)
    {
        var random = new Random(2);
        using var x = CentralDifferences.Random(_device, random, [3, 2, 4]);
        using var targets = _device.CreateZeros<double>([3, 2, 5]);
        TensorScope? making = scoped ? _device.BeginScope() : null;
        using RecurrentLayer<double> layer = kind switch
        {
            "rnn" => new Rnn<double>(_device, 4, 5, random),
            "gru" => new Gru<double>(_device, 4, 5, random),
            _ => new Lstm<double>(_device, 4, 5, random),
        };
        using var loss = new BinaryCrossEntropy<double>();
        using var optimizer = new Sgd<double>(layer.Parameters);
        making?.Dispose();
        return [.. Steps(scoped, () =>
        {
            var (value, gradient) = loss.Evaluate(layer.Forward(x), targets);
            layer.Backward(gradient);
            optimizer.Step();
            return value;
        })];
    }

    private IEnumerable<double> Steps(bool scoped, Func<double> step)
    {
        for (var i = 0; i < 3; i++)
        {
            using var scope = scoped ? _device.BeginScope() : null;
            yield return step();
        }
    }
}
