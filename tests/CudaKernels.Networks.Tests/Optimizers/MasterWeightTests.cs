using System.Numerics;
using CudaKernels.Networks;

namespace CudaKernels.Tests.Optimizers;

/// <summary>16-bit parameters whose steps are too small for them.</summary>
public sealed class MasterWeightTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CpuDevice _device = new();

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string> Optimizers => ["adam", "sgd", "momentum", "rmsprop"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void WithThemATrainingReachesWhatFloatDoes(string optimizer)
    {
        // Rates at which a step is less than half the distance between the weights' neighbours.
        Compare<BFloat16>(optimizer, rate: 5e-4, steps: 1500);
        Compare<Half>(optimizer, rate: 6e-5, steps: 2500);
    }

    private void Compare<T>(string optimizer, double rate, int steps) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (begun, exact) = Train<float>(optimizer, rate, steps, masterWeights: true);
        var (_, kept) = Train<T>(optimizer, rate, steps, masterWeights: true);
        var (_, lost) = Train<T>(optimizer, rate, steps, masterWeights: false);
        Assert.True(exact < 0.4 * begun, $"{optimizer} of float: {begun} became {exact}");
        Assert.True(Math.Abs(kept - exact) < 0.05 * begun, $"{optimizer} of {typeof(T).Name}: {kept}, of float: {exact}");
        Assert.True(lost > 0.8 * begun, $"{optimizer} of {typeof(T).Name} without master weights: {begun} became {lost}");
    }

    // A linear classifier of points around (4, 4) and (-4, -4) that begins with no answer; the loss before and after.
    private (double Begun, double Ended) Train<T>(string name, double rate, int steps, bool masterWeights) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(4);
        var (points, labels) = (new T[2 * 32], new long[32]);
        for (var i = 0; i < points.Length; i++)
        {
            labels[i / 2] = i / 2 % 2;
            points[i] = T.CreateTruncating((labels[i / 2] == 0 ? 4 : -4) + (0.5 * random.NextDouble()));
        }

        using var x = _device.CreateTensor(points, [32, 2]);
        using var y = _device.CreateTensor(labels);
        using var network = new Dense<T>(_device, 2, 2, new Random(1));
        network.Parameters[0].Value.CopyFrom(Array.ConvertAll([1.0, 1.0, 1.0, 1.0], T.CreateTruncating));
        using var loss = new SoftmaxCrossEntropy<T>();
        using Optimizer<T> optimizer = name switch
        {
            "adam" => new Adam<T>(network.Parameters, new AdamOptions { LearningRate = rate }, masterWeights),
            "rmsprop" => new RmsProp<T>(network.Parameters, new RmsPropOptions { LearningRate = rate, Decay = 0.9 }, masterWeights),
            "momentum" => new Sgd<T>(network.Parameters, new SgdOptions { LearningRate = rate / 2, Momentum = 0.5 }, masterWeights),
            _ => new Sgd<T>(network.Parameters, new SgdOptions { LearningRate = rate }, masterWeights),
        };
        var begun = loss.Evaluate(network.Forward(x), y).Loss;
        for (var step = 0; step < steps; step++)
        {
            var (_, gradient) = loss.Evaluate(network.Forward(x), y);
            network.Backward(gradient);
            optimizer.Step();
        }

        return (begun, loss.Evaluate(network.Forward(x), y).Loss);
    }

    [Fact]
    public void TheyAreStateAndTheNamesOfTheOthersStay()
    {
        Assert.Equal(["adam.learning_rate", "adam.steps", "adam.x.first", "adam.x.second"], Names<float>(parameters => new Adam<float>(parameters)));
        Assert.Equal(["adam.learning_rate", "adam.steps", "adam.x.first", "adam.x.second"], Names<double>(parameters => new Adam<double>(parameters)));
        Assert.Equal(["adam.learning_rate", "adam.steps", "adam.x.first", "adam.x.second"], Names<Half>(parameters => new Adam<Half>(parameters, masterWeights: false)));
        Assert.Equal(["adam.learning_rate", "adam.steps", "adam.x.first", "adam.x.master", "adam.x.second"], Names<Half>(parameters => new Adam<Half>(parameters)));
        Assert.Equal(["sgd.learning_rate", "sgd.steps", "sgd.x.master"], Names<BFloat16>(parameters => new Sgd<BFloat16>(parameters)));
        Assert.Equal(["sgd.learning_rate", "sgd.steps", "sgd.x.velocity"], Names<float>(parameters => new Sgd<float>(parameters, new SgdOptions { Momentum = 0.5 })));
        Assert.Equal(["rmsprop.learning_rate", "rmsprop.steps", "rmsprop.x.mean_square"], Names<float>(parameters => new RmsProp<float>(parameters)));
        Assert.Equal(
            ["rmsprop.learning_rate", "rmsprop.steps", "rmsprop.x.master", "rmsprop.x.mean_square", "rmsprop.x.velocity"],
            Names<Half>(parameters => new RmsProp<Half>(parameters, new RmsPropOptions { Momentum = 0.5 })));
    }

    private string[] Names<T>(Func<IReadOnlyList<Parameter<T>>, Optimizer<T>> create) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var path = _folder.Combine("state.safetensors");
        using var parameter = new Parameter<T>("x", _device.CreateTensor<T>([T.One]));
        using var optimizer = create([parameter]);
        Checkpoint.Save(path, optimizer);
        using var file = SafetensorsFile.Open(path);
        return [.. file.Entries.Select(entry => entry.Name).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void MomentumMayComeLater()
    {
        using var x = new Parameter<float>("x", _device.CreateTensor<float>([1]));
        using var optimizer = new Sgd<float>([x], new SgdOptions { LearningRate = 0.5 });
        x.Gradient.Fill(1);
        optimizer.Step();
        Assert.Equal(0.5f, x.Value.ToScalar());
        optimizer.Options = optimizer.Options with { Momentum = 0.5 };
        optimizer.Step();
        Assert.Equal(0, x.Value.ToScalar());
        optimizer.Step(gradientScale: 2);

        // The velocity was 1 and is 0.5 + 2.
        Assert.Equal(-1.25f, x.Value.ToScalar());
        using var none = new Adam<float>([]);
        none.Step();
        Assert.Equal((3, 1), (optimizer.StepCount, none.StepCount));
    }
}
