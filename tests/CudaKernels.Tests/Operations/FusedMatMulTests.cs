namespace CudaKernels.Tests.Operations;

/// <summary>Matrix products that go through an expression: their text, what broadcasts, and what is refused.</summary>
public sealed class FusedMatMulTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void TheKernelFileIsWhatIsWritten()
    {
        using var fused = FusedMatMul<float>.Create((product, bias, residual) => (product + bias).Gelu() + residual);
        Assert.Equal(KernelSource.FromResource("linear_algebra/fused_matmul.cu").Text, fused.Source);
        Assert.Equal(2, fused.Operands);
    }

    [Fact]
    public void ItIsTheProductAndThenTheExpression()
    {
        var random = new Random(1);
        using var a = CentralDifferences.Random(_device, random, [3, 2, 5, 4]);
        using var b = CentralDifferences.Random(_device, random, [2, 4, 6]);
        using var bias = CentralDifferences.Random(_device, random, [6]);
        using var scale = CentralDifferences.Random(_device, random, [3, 1, 1, 1]);
        using var fused = FusedMatMul<double>.Create((product, x, s) => (product + x).Relu() * s);
        using var got = fused.Compute(a, b, bias, scale);
        using var product = a.MatMul(b);
        using var biased = product + bias;
        using var active = biased.Relu();
        using var expected = active * scale;
        Assert.Equal([3, 2, 5, 6], got.Lengths.ToArray());
        Assert.Equal(expected.ToArray(), got.ToArray());
    }

    [Fact]
    public void AnExpressionOfTheProductAloneTakesNoOperands()
    {
        using var a = _device.CreateTensor<float>([1, -2, 3, 4], [2, 2]);
        using var turned = a.TransposeView();
        using var fused = FusedMatMul<float>.Create(product => product.Relu());
        using var got = fused.Compute(a, turned);
        Assert.Equal([5, 0, 0, 25], got.ToArray());
        Assert.Equal(0, fused.Operands);
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        using var a = _device.CreateTensor<float>(new float[4], [2, 2]);
        using var y = _device.CreateTensor<float>(new float[4], [2, 2]);
        using var three = _device.CreateTensor<float>(new float[3], [3]);
        using var fused = FusedMatMul<float>.Create((product, x) => product + x);
        Assert.Contains("1 operand(s)", Assert.Throws<ArgumentException>(() => fused.ComputeInto(y, a, a)).Message, StringComparison.Ordinal);
        Assert.Contains("broadcast", Assert.Throws<ArgumentException>(() => fused.ComputeInto(y, a, a, three)).Message, StringComparison.Ordinal);
        Assert.Contains("overlaps", Assert.Throws<ArgumentException>(() => fused.ComputeInto(y, a, a, y)).Message, StringComparison.Ordinal);
        Assert.Contains("overlaps", Assert.Throws<ArgumentException>(() => fused.ComputeInto(a, a, a, y)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => fused.ComputeInto(y, a, a, [null!]));
        Assert.Throws<ArgumentOutOfRangeException>(() => FusedMatMul<float>.Create(7, x => x[0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => FusedMatMul<float>.Create(-1, x => x[0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => FusedMatMul<float>.Create(product => product, precision: (MatMulPrecision)9));
        fused.Dispose();
        Assert.Throws<ObjectDisposedException>(() => fused.ComputeInto(y, a, a, y));
    }
}
