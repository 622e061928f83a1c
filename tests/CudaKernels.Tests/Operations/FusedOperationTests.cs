namespace CudaKernels.Tests.Operations;

/// <summary>Expressions of elementwise operations in one pass: every function, inputs of all numbers and layouts, and what is refused.</summary>
public sealed class FusedOperationTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void TheKernelFileIsWhatIsWritten()
    {
        using var fused = FusedOperation<float>.Create((x, a, b) => ((x * a) + b).Silu() * 0.5 + x);
        Assert.Equal(KernelSource.FromResource("elementwise/fused.cu").Text, fused.Source);
    }

    [Fact]
    public void AConstantKeepsItsSign()
    {
        using var fused = FusedOperation<float>.Create(x => x * -0.0);
        using var x = _device.CreateTensor([2f, -2f]);
        using var y = fused.Compute(x);
        Assert.Equal([true, false], y.ToArray().Select(float.IsNegative));
        Assert.Contains("C(-0.0)", fused.Source, StringComparison.Ordinal); // C(-0) is the integer 0
    }

    [Fact]
    public void EveryFunctionIsThatOfItsOperation()
    {
        using var x = _device.CreateTensor([.. Enumerable.Range(-40, 83).Select(i => i / 10f), float.NaN, float.PositiveInfinity, float.NegativeInfinity], [86]);
        (string Name, Func<FusedValue<float>, FusedValue<float>> Fused, Func<DeviceTensor<float>, DeviceTensor<float>> Plain)[] functions =
        [
            ("abs", v => v.Abs(), t => t.Abs()), ("floor", v => v.Floor(), t => t.Floor()), ("exp", v => v.Exp(), t => t.Exp()), ("log", v => v.Log(), t => t.Log()),
            ("sqrt", v => v.Sqrt(), t => t.Sqrt()), ("rsqrt", v => v.ReciprocalSqrt(), t => t.ReciprocalSqrt()), ("reciprocal", v => v.Reciprocal(), t => t.Reciprocal()),
            ("sin", v => v.Sin(), t => t.Sin()), ("cos", v => v.Cos(), t => t.Cos()), ("erf", v => v.Erf(), t => t.Erf()), ("sigmoid", v => v.Sigmoid(), t => t.Sigmoid()),
            ("ceiling", v => v.Ceiling(), t => t.Ceiling()), ("round", v => v.Round(), t => t.Round()), ("truncate", v => v.Truncate(), t => t.Truncate()), ("sign", v => v.Sign(), t => t.Sign()),
            ("expm1", v => v.ExpM1(), t => t.ExpM1()), ("log1p", v => v.Log1P(), t => t.Log1P()), ("tan", v => v.Tan(), t => t.Tan()),
            ("tanh", v => v.Tanh(), t => t.Tanh()), ("relu", v => v.Relu(), t => t.Relu()), ("leaky relu", v => v.LeakyRelu(0.2), t => t.LeakyRelu(0.2)), ("elu", v => v.Elu(0.7), t => t.Elu(0.7)),
            ("gelu", v => v.Gelu(), t => t.Gelu()), ("gelu tanh", v => v.Gelu(GeluApproximation.Tanh), t => t.Gelu(GeluApproximation.Tanh)), ("silu", v => v.Silu(), t => t.Silu()),
            ("softplus", v => v.Softplus(), t => t.Softplus()), ("clamp", v => v.Clamp(-1, 2), t => t.Clamp(-1, 2)), ("negate", v => -v, t => t.Negate()),
            ("add", v => v + 0.5, t => t.Add(0.5f)), ("subtract", v => 0.5 - v, t => t.SubtractFrom(0.5f)), ("multiply", v => v * 3, t => t.Multiply(3f)), ("divide", v => 2 / v, t => t.DivideInto(2f)), ("remainder", v => v % 1.5, t => t.Remainder(1.5f)),
            ("minimum", v => FusedValue<float>.Minimum(v, 1), t => t.Minimum(1f)), ("maximum", v => FusedValue<float>.Maximum(v, 1), t => t.Maximum(1f)), ("pow", v => FusedValue<float>.Pow(v, 3), t => t.Pow(3f)),
        ];
        foreach (var (name, expression, plain) in functions)
        {
            using var fused = FusedOperation<float>.Create(expression);
            using var got = fused.Compute(x);
            using var expected = plain(x);
            Assert.True(expected.ToArray().AsSpan().SequenceEqual(got.ToArray()), name);
        }
    }

    [Fact]
    public void EightInputsBroadcastToTheDestination()
    {
        using var fused = FusedOperation<double>.Create(8, x => x[0] + (2 * x[1]) + (3 * x[2]) + (4 * x[3]) + (5 * x[4]) + (6 * x[5]) + (7 * x[6]) + (8 * x[7]));
        nint[][] shapes = [[3, 1, 5], [4, 5], [5], [1], [3, 4, 1], [1, 1, 1], [3, 4, 5], [4, 1]];
        var random = new Random(1);
        var inputs = shapes.Select(shape => CentralDifferences.Random(_device, random, shape)).ToArray();
        using var y = fused.Compute(inputs);
        Assert.Equal([3, 4, 5], y.Lengths.ToArray());
        var elements = inputs.Select(input => input.ToArray()).ToArray();
        double Element(int input, int i, int j, int k) => shapes[input] switch
        {
            [3, 1, 5] => elements[input][(i * 5) + k],
            [4, 5] => elements[input][(j * 5) + k],
            [5] => elements[input][k],
            [3, 4, 1] => elements[input][(i * 4) + j],
            [3, 4, 5] => elements[input][(((i * 4) + j) * 5) + k],
            [4, 1] => elements[input][j],
            _ => elements[input][0],
        };
        var result = y.ToArray();
        for (var at = 0; at < result.Length; at++)
        {
            Assert.Equal(Enumerable.Range(0, 8).Sum(input => (input + 1) * Element(input, at / 20, at / 5 % 4, at % 5)), result[at], 1e-12);
        }

        Array.ForEach(inputs, input => input.Dispose());
    }

    [Fact]
    public void AValueThatIsUsedTwiceIsComputedOnce()
    {
        using var fused = FusedOperation<float>.Create(x =>
        {
            var e = x.Exp();
            return e * e;
        });
        Assert.Single(fused.Source.Split("Exp{}(")[1..]);
        using var same = FusedOperation<float>.Create((x, y) => y);
        using var a = _device.CreateTensor<float>([1, 2]);
        using var b = _device.CreateTensor<float>([3, 4]);
        using var result = same.Compute(a, b);
        Assert.Equal([3f, 4f], result.ToArray());
    }

    [Fact]
    public void TheDestinationMayBeAnInputAndSixteenBitsRoundOnce()
    {
        using var fused = FusedOperation<Half>.Create((x, y) => (x * 1000) + y - (x * 1000));
        using var x = _device.CreateTensor([.. Enumerable.Range(0, 3000).Select(i => (Half)(i % 100))], [3000]);
        using var y = _device.CreateTensor([.. Enumerable.Range(0, 3000).Select(i => (Half)(i % 7))], [3000]);
        fused.ComputeInto(y, x, y);

        // In Half the sum of 99,000 and 6 would be infinite.
        Assert.Equal([.. Enumerable.Range(0, 3000).Select(i => (Half)(i % 7))], y.ToArray());
    }

    [Fact]
    public void ADestinationWithStridesIsWrittenInItsPlaces()
    {
        using var fused = FusedOperation<float>.Create((x, y) => x - y);
        using var matrix = _device.CreateZeros<float>([3, 5]);
        using var transposed = matrix.TransposeView();
        using var x = _device.CreateTensor([.. Enumerable.Range(0, 15).Select(i => (float)i)], [5, 3]);
        using var y = _device.CreateTensor<float>([0, 10, 20], [1, 3]);
        fused.ComputeInto(transposed, x, y);
        Assert.Equal([0f, 3, 6, 9, 12, -9, -6, -3, 0, 3, -18, -15, -12, -9, -6], matrix.ToArray());
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        using var fused = FusedOperation<float>.Create((x, y) => x + y);
        using var a = _device.CreateZeros<float>([2, 3]);
        using var b = _device.CreateZeros<float>([3]);
        using var narrow = _device.CreateZeros<float>([2]);
        Assert.Contains("2 input(s), got 1", Assert.Throws<ArgumentException>(() => fused.Compute(a)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => fused.ComputeInto(a, narrow));
        Assert.Throws<ArgumentException>(() => fused.ComputeInto(b, a, b));
        using var shifted = a.Slice(1.., ..);
        using var first = a.Slice(..1, ..);
        Assert.Throws<ArgumentException>(() => fused.ComputeInto(a, shifted, a));
        using var other = new CpuDevice();
        using var elsewhere = other.CreateZeros<float>([2, 3]);
        Assert.Throws<ArgumentException>(() => fused.ComputeInto(a, elsewhere, a));
        Assert.Throws<ArgumentOutOfRangeException>(() => FusedOperation<float>.Create(9, x => x[0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => FusedOperation<float>.Create(x => x * double.NaN));
        Assert.Throws<ArgumentException>(() => FusedOperation<float>.Create(x => x.Clamp(2, 1)));
        fused.Dispose();
        Assert.Throws<ObjectDisposedException>(() => fused.ComputeInto(a, a, a));
    }
}
