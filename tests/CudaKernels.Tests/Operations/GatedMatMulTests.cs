namespace CudaKernels.Tests.Operations;

/// <summary>Two products of one matrix that go through an expression: their text, how weights may lie, what broadcasts, and what is refused.</summary>
public sealed class GatedMatMulTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void TheKernelFileIsWhatIsWritten()
    {
        using var gated = GatedMatMul<float>.Create(1, x => (x[0] + x[2]).Silu() * x[1]);
        Assert.Equal(KernelSource.FromResource("linear_algebra/gated_matmul.cu").Text, gated.Source);
        Assert.Equal(1, gated.Operands);
    }

    [Fact]
    public void ItIsBothProductsAndThenTheExpression()
    {
        var random = new Random(1);
        using var a = CentralDifferences.Random(_device, random, [3, 2, 5, 4]);
        using var gate = CentralDifferences.Random(_device, random, [2, 4, 6]);
        using var up = CentralDifferences.Random(_device, random, [2, 4, 6]);
        using var bias = CentralDifferences.Random(_device, random, [6]);
        using var scale = CentralDifferences.Random(_device, random, [3, 1, 1, 1]);
        using var gated = GatedMatMul<double>.Create(2, x => (x[0] + x[2]).Relu() * x[1] * x[3]);
        using var got = gated.Compute(a, gate, up, bias, scale);
        using var first = a.MatMul(gate);
        using var second = a.MatMul(up);
        using var biased = first + bias;
        using var active = biased.Relu();
        using var product = active * second;
        using var expected = product * scale;
        Assert.Equal([3, 2, 5, 6], got.Lengths.ToArray());
        Assert.Equal(expected.ToArray(), got.ToArray());
    }

    [Fact]
    public void WeightsMayLieInOneTensorOrDifferently()
    {
        using var a = _device.CreateTensor<float>([1, 2, 3, 4], [2, 2]);
        using var packed = _device.CreateTensor<float>([1, 2, 3, 10, 20, 30, 4, 5, 6, 40, 50, 60], [2, 6]);
        using var rows = _device.CreateTensor<float>([1, 4, 2, 5, 3, 6, 10, 40, 20, 50, 30, 60], [6, 2]);
        using var turned = rows.TransposeView();
        using var gate = packed.Slice(.., ..3);
        using var up = turned.Slice(.., 3..);
        using var y = _device.CreateTensor<float>(new float[6], [2, 3]);
        using var gated = GatedMatMul<float>.Create((g, u) => g - (0.1 * u) + u);
        float[] expected = [90, 120, 150, 190, 260, 330];
        gated.ComputePackedInto(y, a, packed);
        Assert.Equal(expected, Rounded());
        gated.ComputePackedInto(y, a, turned);
        Assert.Equal(expected, Rounded());
        gated.ComputeInto(y, a, gate, up);
        Assert.Equal(expected, Rounded());

        float[] Rounded() => [.. y.ToArray().Select(value => MathF.Round(value, 3))];
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        using var a = _device.CreateTensor<float>(new float[4], [2, 2]);
        using var y = _device.CreateTensor<float>(new float[4], [2, 2]);
        using var three = _device.CreateTensor<float>(new float[6], [2, 3]);
        using var gated = GatedMatMul<float>.Create((gate, up) => gate * up);
        Assert.Contains("0 operand(s) beside the products", Assert.Throws<ArgumentException>(() => gated.ComputeInto(y, a, a, a, a)).Message, StringComparison.Ordinal);
        Assert.Contains("shape [2, 2] is needed, got [2, 3]", Assert.Throws<ArgumentException>(() => gated.ComputeInto(y, a, a, three)).Message, StringComparison.Ordinal);
        Assert.Contains("overlaps", Assert.Throws<ArgumentException>(() => gated.ComputeInto(y, a, a, y)).Message, StringComparison.Ordinal);
        Assert.Contains("2·n", Assert.Throws<ArgumentException>(() => gated.ComputePackedInto(y, a, three)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => gated.ComputeInto(y, a, a, null!));
        Assert.Throws<ArgumentNullException>(() => gated.ComputePackedInto(y, a, null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => GatedMatMul<float>.Create(7, x => x[0]));
        gated.Dispose();
        Assert.Throws<ObjectDisposedException>(() => gated.ComputeInto(y, a, a, a));
    }
}
