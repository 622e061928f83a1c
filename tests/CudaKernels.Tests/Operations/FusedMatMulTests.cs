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

    [Theory]
    [InlineData(RowReduction.Sum, 3, 7, 0)]
    [InlineData(RowReduction.SumOfSquares, 5, 25, 0)]
    [InlineData(RowReduction.Maximum, 2, 4, double.NegativeInfinity)]
    public void RowsAreReducedAsTheyAreWritten(RowReduction reduction, double first, double second, double none)
    {
        using var a = _device.CreateTensor<double>([1, -2, 3, 4], [2, 2]);
        using var one = _device.CreateTensor<double>([1, 0, 0, 1], [2, 2]);
        using var wide = _device.CreateTensor(new double[6], [2, 3]);
        using var y = wide.Slice(.., ..2);
        using var rows = _device.CreateTensor<double>(new double[2], [2]);
        using var fused = FusedMatMul<double>.Create(product => product.Abs());
        fused.ComputeInto(y, rows, reduction, a, one);
        Assert.Equal([1, 2, 3, 4], y.ToArray());
        Assert.Equal([first, second], rows.ToArray());
        using var nothing = one.Slice(.., ..0);
        using var empty = y.Slice(.., ..0);
        fused.ComputeInto(empty, rows, reduction, a, nothing);
        Assert.Equal([none, none], rows.ToArray());
    }

    [Fact]
    public void RowsThatDoNotFitAreRefused()
    {
        using var a = _device.CreateTensor<float>(new float[4], [2, 2]);
        using var y = _device.CreateTensor<float>(new float[4], [2, 2]);
        using var rows = _device.CreateTensor<float>(new float[2], [2]);
        using var three = _device.CreateTensor<float>(new float[3], [3]);
        using var doubles = _device.CreateTensor<double>(new double[2], [2]);
        using var within = y.Slice(..1).Reshape(2);
        using var ofA = a.Slice(..1).Reshape(2);
        using var fused = FusedMatMul<float>.Create(product => product);
        Assert.Contains("shape [2] is needed", Assert.Throws<ArgumentException>(() => fused.ComputeInto(y, three, RowReduction.Sum, a, a)).Message, StringComparison.Ordinal);
        Assert.Contains("reduced to float", Assert.Throws<ArgumentException>(() => fused.ComputeInto(y, doubles, RowReduction.Sum, a, a)).Message, StringComparison.Ordinal);
        Assert.Contains("overlaps", Assert.Throws<ArgumentException>(() => fused.ComputeInto(y, within, RowReduction.Sum, a, a)).Message, StringComparison.Ordinal);
        Assert.Contains("overlaps", Assert.Throws<ArgumentException>(() => fused.ComputeInto(y, ofA, RowReduction.Sum, a, a)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => fused.ComputeInto(y, rows, (RowReduction)3, a, a));
        Assert.Throws<ArgumentNullException>(() => fused.ComputeInto(y, (DeviceTensor<float>)null!, RowReduction.Sum, a, a));
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
