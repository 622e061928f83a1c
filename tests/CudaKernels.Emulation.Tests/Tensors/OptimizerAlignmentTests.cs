namespace CudaKernels.Tests;

/// <summary>Steps of an optimizer where one operand alone does not start at a multiple of its packs (common/parameter_step.cuh).</summary>
public sealed class OptimizerAlignmentTests
{
    private const int Count = 41;
    private static readonly AdamOptions s_options = new() { LearningRate = 0.01, Epsilon = 0.125, WeightDecay = 0.1 };

    [Theory]
    [InlineData("parameter")]
    [InlineData("gradient")]
    [InlineData("first")]
    [InlineData("second")]
    [InlineData("master")]
    public void OneOperandAloneIsOff(string off)
    {
        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true });
        Assert.Equal(Step(emulated.Device, ""), Step(emulated.Device, off));
        Assert.Empty(emulated.Reports);
    }

    // The parameters and the master weights after a step.
    private static (Half Parameter, float Master)[] Step(CudaDevice device, string off)
    {
        using var parameters = device.CreateTensor(Values(off == "parameter", i => (Half)((i % 13) - 6)));
        using var gradients = device.CreateTensor(Values(off == "gradient", i => (Half)((i % 7) - 3)));
        using var firsts = device.CreateTensor(Values(off == "first", i => (i % 5) - 2f));
        using var seconds = device.CreateTensor(Values(off == "second", i => (i % 3) + 1f));
        using var masters = device.CreateTensor(Values(off == "master", i => (i % 13) - 6f));
        using var parameter = parameters.Slice(^Count..);
        using var gradient = gradients.Slice(^Count..);
        using var first = firsts.Slice(^Count..);
        using var second = seconds.Slice(^Count..);
        using var master = masters.Slice(^Count..);
        using var table = new OptimizerTable<Half, float>([new OptimizerTensors<Half, float>(parameter, gradient) { First = first, Second = second, Master = master }]);
        table.AdamStep(3, s_options);
        return [.. parameter.ToArray().Zip(master.ToArray())];
    }

    // One more in front where the tensor is off.
    private static T[] Values<T>(bool isOff, Func<int, T> value) => [.. Enumerable.Range(isOff ? -1 : 0, Count + (isOff ? 1 : 0)).Select(value)];
}
