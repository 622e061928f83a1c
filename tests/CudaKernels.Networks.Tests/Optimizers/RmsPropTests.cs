using CudaKernels.Networks;

namespace CudaKernels.Tests.Optimizers;

/// <summary>RMSprop over parameters, and its state in a checkpoint.</summary>
public sealed class RmsPropTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CpuDevice _device = new();

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public void AStepIsTheFormula(double momentum)
    {
        var options = new RmsPropOptions { LearningRate = 0.1, Decay = 0.75, Momentum = momentum };
        using var parameter = new Parameter<double>("x", _device.CreateTensor<double>([3]));
        using var optimizer = new RmsProp<double>([parameter], options);
        var (x, v, u) = (3.0, 0.0, 0.0);
        for (var step = 1; step <= 4; step++)
        {
            parameter.Gradient.CopyFrom([x]);
            v = (0.75 * v) + (0.25 * x * x);
            u = (momentum * u) + (x / (Math.Sqrt(v) + 1e-8));
            x -= 0.1 * u;
            optimizer.Step();
            Assert.Equal(x, parameter.Value.ToScalar(), 1e-14);
        }

        Assert.Equal(4, optimizer.StepCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    public void AResumedDescentKeepsItsState(double momentum)
    {
        var whole = Descend<float>(momentum, steps: 5, interruptAfter: 5);
        Assert.Equal(whole, Descend<float>(momentum, steps: 5, interruptAfter: 2));
        Assert.NotEqual(whole, Descend<float>(momentum, steps: 4, interruptAfter: 4));
        Assert.Equal(Descend<BFloat16>(momentum, steps: 5, interruptAfter: 5), Descend<BFloat16>(momentum, steps: 5, interruptAfter: 2));
    }

    // Down the squares of three values; the optimizer is thrown away once and restored.
    private T[] Descend<T>(double momentum, int steps, int interruptAfter) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var path = _folder.Combine("rmsprop.safetensors");
        using var parameter = new Parameter<T>("x", _device.CreateTensor<T>([T.One, -T.One, T.CreateTruncating(2.5)]));
        var options = new RmsPropOptions { LearningRate = 0.05, Decay = 0.9, Momentum = momentum };
        var optimizer = new RmsProp<T>([parameter], options);
        for (var step = 0; step < steps; step++)
        {
            if (step == interruptAfter)
            {
                Checkpoint.Save(path, optimizer);
                optimizer.Dispose();
                optimizer = new RmsProp<T>([parameter], options);
                Checkpoint.Load(path, optimizer);
                Assert.Equal(interruptAfter, optimizer.StepCount);
            }

            parameter.Value.CopyTo(parameter.Gradient);
            optimizer.Step();
        }

        optimizer.Dispose();
        return parameter.Value.ToArray();
    }

    [Fact]
    public void AStepWithMomentumNeedsAVelocity()
    {
        using var x = _device.CreateZeros<float>([2]);
        using var g = _device.CreateZeros<float>([2]);
        using var v = _device.CreateZeros<float>([2]);
        using var wide = _device.CreateZeros<double>([2]);
        Assert.Contains("momentum of 0.9", Assert.Throws<ArgumentException>(() => x.RmsPropStep(g, v, new RmsPropOptions { Momentum = 0.9 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => x.RmsPropStep(g, v, v, new RmsPropOptions { Momentum = 0.9 }));
        Assert.Throws<ArgumentException>(() => x.RmsPropStep(g, wide, new RmsPropOptions()));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RmsPropOptions { Decay = 1 });
    }
}
