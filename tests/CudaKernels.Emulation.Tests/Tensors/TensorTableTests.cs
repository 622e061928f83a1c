using CudaKernels.Interop;

namespace CudaKernels.Tests;

/// <summary>Tables of many tensors in device memory: order between streams, graphs, lifetime, refusals.</summary>
public sealed class TensorTableTests
{
    private static readonly SgdOptions s_halving = new() { LearningRate = 0.5 };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public unsafe void StreamsAreOrderedByATableAsByItsTensors(int seed)
    {
        using var emulated = Open(seed);
        var device = emulated.Device;
        using var other = device.CreateStream();
        using var x = device.CreateZeros<float>([5000]);
        using var y = device.CreateZeros<float>([3], other);
        using var dx = device.CreateZeros<float>([5000], other);
        using var dy = device.CreateZeros<float>([3]);
        using var table = new OptimizerTable<float, float>([new(x, dx), new(y, dy)]);
        using var total = device.CreateZeros<float>([], other);
        device.Synchronize();

        // Everything is given before anything runs; the seed then chooses between the streams wherever no wait does.
        using var gate = new HostGate();
        Assert.Equal(CUresult.CUDA_SUCCESS, device.Driver.cuLaunchHostFunc(device.DefaultStream.Handle, HostGate.Function, gate.UserData));
        for (var i = 1; i <= 4; i++)
        {
            // A gradient and a parameter of the other stream: written there, used by the table here, read there again.
            dx.Fill(-2 * i);
            y.Fill(i);
            dy.Fill(4);
            table.SgdStep(s_halving);
            y.Sum([], total);
        }

        gate.Open();
        Assert.All(x.ToArray(), value => Assert.Equal(1 + 2 + 3 + 4, value));
        Assert.All(y.ToArray(), value => Assert.Equal(4 - 2, value));
        Assert.Equal(6, total.ToScalar());
        End(emulated, allocations: 5 + 1);
    }

    [Fact]
    public void AGraphStepsAllParametersAndKeepsThem()
    {
        using var emulated = Open();
        var device = emulated.Device;
        var x = device.CreateTensor<float>([8, 16]);
        var dx = device.CreateTensor<float>([1, 2]);
        using var y = device.CreateTensor<float>([3]);
        using var dy = device.CreateTensor<float>([2]);
        using var view = x.Slice(..);
        using var norm = device.CreateZeros<double>([]);
        using var flag = device.CreateZeros<int>([]);
        var parameters = new OptimizerTable<float, float>([new(x, dx), new(y, dy)]);
        var gradients = new TensorTable<float>([dx, dy]);

        // Once before the capture, where kernels cannot be loaded.
        Step();
        device.Synchronize();
        using var graph = device.DefaultStream.Capture(_ => Step());
        using var instance = graph.Instantiate();
        parameters.Dispose();
        gradients.Dispose();
        dx.Dispose();
        x.Dispose();
        Assert.Throws<ObjectDisposedException>(() => parameters.SgdStep(s_halving));
        Assert.Throws<ObjectDisposedException>(() => gradients.FindNonFinite(flag));
        instance.Launch();
        instance.Launch();

        // The norm of 1, 2 and 2 is 3: the first step clips it to 1.5, which later ones leave as it is.
        Assert.Equal<float>([8 - (3 * 0.25f), 16 - (3 * 0.5f)], view.ToArray());
        Assert.Equal(3 - (3 * 0.5f), y.ToScalar());
        Assert.Equal(1.5, norm.ToScalar());
        Assert.Equal(0, flag.ToScalar());

        void Step()
        {
            gradients.FindNonFinite(flag);
            gradients.ClipGlobalNorm(1.5, norm);
            parameters.SgdStep(s_halving);
        }
    }

    [Fact]
    public void ATableKeepsItsTensorsAndGivesThemUp()
    {
        using var emulated = Open();
        var device = emulated.Device;
        var x = device.CreateTensor<float>([1, 2, 3]);
        var dx = device.CreateTensor<float>([2, 2, 2]);
        using var view = x.Slice(..);
        var before = device.CreateLeakReport().Allocations.Count;
        using (var table = new OptimizerTable<float, float>([new(x, dx)]))
        {
            // The table's own memory.
            Assert.Equal(before + 1, device.CreateLeakReport().Allocations.Count);
            x.Dispose();
            dx.Dispose();
            table.SgdStep(s_halving);
            Assert.Equal<float>([0, 1, 2], view.ToArray());
            Assert.Equal(before + 1, device.CreateLeakReport().Allocations.Count);
            Assert.Throws<ObjectDisposedException>(() => new OptimizerTable<float, float>([new(view, dx)]));
        }

        Assert.Equal(before - 1, device.CreateLeakReport().Allocations.Count);
        End(emulated, allocations: before - 1);
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        using var device = new CpuDevice();
        using var foreign = new CpuDevice();
        using var x = device.CreateZeros<float>([4]);
        using var dx = device.CreateZeros<float>([4]);
        using var m = device.CreateZeros<float>([4]);
        using var v = device.CreateZeros<float>([4]);
        using var wide = device.CreateZeros<double>([4]);
        using var elsewhere = foreign.CreateZeros<float>([4]);
        using var memory = device.CreateZeros<float>([6]);
        using var low = memory.Slice(..4);
        using var high = memory.Slice(2..);
        using var square = device.CreateZeros<float>([2, 2]);
        using var strided = square.TransposeView();
        using var number = foreign.CreateZeros<int>([]);

        Refused("at least", () => new OptimizerTable<float, float>([]));
        Refused("at least", () => new TensorTable<float>([]));
        Refused("shape", () => new OptimizerTable<float, float>([new(x, square)]));
        Refused("overlaps", () => new OptimizerTable<double, double>([new(wide, wide)]));
        Refused("is float, got Double", () => new OptimizerTable<float, double>([new(x, dx) { First = wide }]));
        Refused("16-bit", () => new OptimizerTable<float, float>([new(x, dx) { Master = m }]));
        Refused("no first", () => new OptimizerTable<float, float>([new(x, dx) { Second = m }]));
        Refused("parameter 1 has 1 states", () => new OptimizerTable<float, float>([new(x, dx), new(v, dx) { First = m }]));
        Refused("parameter 1 and parameter 0 overlap", () => new OptimizerTable<float, float>([new(low, dx), new(high, dx)]));
        Refused("gradient 1 and parameter 0 overlap", () => new OptimizerTable<float, float>([new(low, dx), new(x, high)]));
        Refused("parameter 1 and gradient 0 overlap", () => new OptimizerTable<float, float>([new(x, low), new(high, dx)]));
        Refused("the second state of parameter 0 and the first state of parameter 0 overlap", () => new OptimizerTable<float, float>([new(x, dx) { First = low, Second = high }]));
        Refused("tensor 1 and tensor 0 overlap", () => new TensorTable<float>([low, high]));
        Refused("strided", () => new TensorTable<float>([strided]));
        Refused("tensor 1 and the first tensor of the table live on", () => new TensorTable<float>([x, elsewhere]));

        using var shared = new OptimizerTable<float, float>([new(x, dx), new(v, dx)]);
        using var table = new OptimizerTable<float, float>([new(x, dx) { First = m }]);
        using var gradients = new TensorTable<float>([dx]);
        using var vector = device.CreateZeros<double>([1]);
        using var norm = foreign.CreateZeros<double>([]);
        Refused("Adam needs 2 of the states", () => table.AdamStep(1, new AdamOptions()));
        Refused("gradient descent with a momentum of 0.5 needs 1 ", () => shared.SgdStep(new SgdOptions { Momentum = 0.5 }));
        Refused("Nesterov", () => table.SgdStep(new SgdOptions { Nesterov = true }));
        Refused("RMSprop needs 1 ", () => shared.RmsPropStep(new RmsPropOptions()));
        Refused("RMSprop with a momentum of 0.5 needs 2 ", () => table.RmsPropStep(new RmsPropOptions { Momentum = 0.5 }));
        Refused("shape", () => gradients.ClipGlobalNorm(1, vector));
        Refused("the tensors of the table live on", () => gradients.ClipGlobalNorm(1, norm));
        Refused("the tensors of the table live on", () => gradients.FindNonFinite(number));
        Assert.Throws<ArgumentOutOfRangeException>(() => gradients.ClipGlobalNorm(double.NaN, norm));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.AdamStep(0, new AdamOptions()));
        Assert.Equal((2, device), (shared.Count, shared.Device));
        Assert.Equal((1, device), (gradients.Count, gradients.Device));

        static void Refused(string word, Action call) => Assert.Contains(word, Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MasterWeightsFollowTheParameter(bool onSoftwareDevice)
    {
        using var emulated = onSoftwareDevice ? Open() : null;
        using var cpu = new CpuDevice();
        ComputeDevice device = emulated is null ? cpu : emulated.Device;
        using var w = device.CreateTensor<Half>([(Half)1, (Half)1, (Half)2, Half.NaN]);
        using var g = device.CreateTensor<Half>([(Half)1, (Half)0, (Half)1, (Half)1]);
        using var master = device.CreateZeros<float>([4]);
        using var table = new OptimizerTable<Half, float>([new(w, g) { Master = master }]);

        // The step is a tenth of the distance between two neighbours at 1, so it takes several until the parameter moves.
        var options = new SgdOptions { LearningRate = 1.0 / 10_240 };
        var expected = new float[] { 1, 1, 2, float.NaN };
        for (var step = 1; step <= 30; step++)
        {
            if (step == 20)
            {
                // Someone changes a parameter: it counts, not what the master weight was.
                w.CopyFrom([w.ToArray()[0], (Half)(-3), w.ToArray()[2], (Half)0.5]);
                (expected[1], expected[3]) = (-3, 0.5f);
            }

            table.SgdStep(options);
            for (var i = 0; i < 4; i++)
            {
                expected[i] -= i == 1 ? 0 : (float)options.LearningRate;
            }

            Assert.Equal(expected, master.ToArray());
            Assert.Equal(expected.Select(weight => (Half)weight), w.ToArray());
        }

        Assert.NotEqual((Half)1, w.ToArray()[0]);
    }

    private static EmulatedDevice Open(int seed = 0)
    {
        var found = EmulatedDevice.IsSupported(out var reason);
        Assert.False(!found && Environment.GetEnvironmentVariable("CI") == "true", reason);
        Assert.SkipUnless(found, reason);
        return EmulatedDevice.Open(new EmulationOptions { Seed = seed });
    }

    private static void End(EmulatedDevice emulated, int allocations)
    {
        emulated.Device.Synchronize();
        Assert.Equal(allocations, emulated.Device.CreateLeakReport().Allocations.Count);
        Assert.Empty(emulated.Reports);
    }
}
