using CudaKernels.Networks;

namespace CudaKernels.Tests.Optimizers;

public sealed class GradientClipperTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void AllGradientsAreScaledByOneFactor()
    {
        using var a = new Parameter<float>("a", _device.CreateZeros<float>([2]));
        using var b = new Parameter<float>("b", _device.CreateZeros<float>([]));
        using var clipper = new GradientClipper<float>([a, b], maxNorm: 6.5);
        Assert.Equal(0, clipper.ReadNorm());

        // 3² + 4² + 12² = 13².
        a.Gradient.CopyFrom([3, -4]);
        b.Gradient.CopyFrom([12]);
        clipper.Clip();
        Assert.Equal(13, clipper.ReadNorm());
        Assert.Equal<float>([1.5f, -2], a.Gradient.ToArray());
        Assert.Equal(6, b.Gradient.ToScalar());

        // At the bound nothing changes.
        clipper.Clip();
        Assert.Equal(6.5, clipper.ReadNorm());
        Assert.Equal<float>([1.5f, -2], a.Gradient.ToArray());
    }

    [Fact]
    public void TheResultIsTheSameOnAnyNumberOfThreads()
    {
        var random = new Random(1);
        var data = Array.ConvertAll(new float[100_003], _ => (float)random.NextDouble());
        using var one = new CpuDevice(new CpuDeviceOptions { Threads = 1 });
        using var four = new CpuDevice(new CpuDeviceOptions { Threads = 4 });
        Assert.Equal(Clipped(one), Clipped(four));

        float[] Clipped(CpuDevice device)
        {
            using var tensor = device.CreateTensor(data);
            using var norm = device.CreateZeros<double>([]);
            DeviceTensor<float>[] tensors = [tensor];
            tensors.ClipGlobalNorm(1, norm);
            Assert.Equal(Math.Sqrt(data.Sum(x => (double)x * x)), norm.ToScalar(), 1e-9);
            return tensor.ToArray();
        }
    }

    [Fact]
    public void WhatMakesNoSenseIsRefused()
    {
        using var other = new CpuDevice();
        using var a = new Parameter<float>("a", _device.CreateZeros<float>([4]));
        using var half = a.Gradient.Slice(..2);
        using var foreign = other.CreateZeros<float>([1]);
        using var norm = _device.CreateZeros<double>([]);
        using var vector = _device.CreateZeros<double>([1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientClipper<float>([a], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientClipper<float>([a], double.NaN));
        Assert.Throws<ArgumentException>(() => new GradientClipper<float>([], 1));
        Refused([a.Gradient, half], norm);
        Refused([a.Gradient, a.Gradient], norm);
        Refused([a.Gradient, foreign], norm);
        Refused([a.Gradient], vector);

        static void Refused(DeviceTensor<float>[] tensors, DeviceTensor<double> norm) => Assert.Throws<ArgumentException>(() => tensors.ClipGlobalNorm(1, norm));
    }
}
