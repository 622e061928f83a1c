namespace CudaKernels.Tests.Operations;

/// <summary>The cells' gradients against differences of the cells, and what they refuse.</summary>
public sealed class RecurrentTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void LstmGradientsAreThoseOfTheCell(int seed)
    {
        var random = new Random(seed);
        var (rows, width) = (random.Next(1, 4), random.Next(1, 11));
        using var gates = CentralDifferences.Random(_device, random, [rows, 4 * width]);
        using var cell = CentralDifferences.Random(_device, random, [rows, width]);
        using var hiddenWeights = CentralDifferences.Random(_device, random, [rows, width]);
        using var cellWeights = CentralDifferences.Random(_device, random, [rows, width]);
        using var hidden = _device.CreateZeros<double>([rows, width]);
        using var next = _device.CreateZeros<double>([rows, width]);
        using var gateGradient = _device.CreateZeros<double>([rows, 4 * width]);
        using var cellGradient = _device.CreateZeros<double>([rows, width]);
        gates.LstmCellGradient(cell, hiddenWeights, cellWeights, gateGradient, cellGradient);
        CentralDifferences.Verify(gates, gateGradient.ToArray(), Value);
        CentralDifferences.Verify(cell, cellGradient.ToArray(), Value);

        double Value()
        {
            gates.LstmCell(cell, hidden, next);
            return CentralDifferences.Dot(hidden, hiddenWeights) + CentralDifferences.Dot(next, cellWeights);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void GruGradientsAreThoseOfTheCell(int seed)
    {
        var random = new Random(seed);
        var (rows, width) = (random.Next(1, 4), random.Next(1, 11));
        using var x = CentralDifferences.Random(_device, random, [rows, 3 * width]);
        using var h = CentralDifferences.Random(_device, random, [rows, 3 * width]);
        using var hidden = CentralDifferences.Random(_device, random, [rows, width]);
        using var weights = CentralDifferences.Random(_device, random, [rows, width]);
        using var next = _device.CreateZeros<double>([rows, width]);
        using var xGradient = _device.CreateZeros<double>([rows, 3 * width]);
        using var hGradient = _device.CreateZeros<double>([rows, 3 * width]);
        using var hiddenGradient = _device.CreateZeros<double>([rows, width]);
        x.GruCellGradient(h, hidden, weights, xGradient, hGradient, hiddenGradient);
        CentralDifferences.Verify(x, xGradient.ToArray(), Value);
        CentralDifferences.Verify(h, hGradient.ToArray(), Value);
        CentralDifferences.Verify(hidden, hiddenGradient.ToArray(), Value);

        double Value()
        {
            x.GruCell(h, hidden, next);
            return CentralDifferences.Dot(next, weights);
        }
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var gates = _device.CreateZeros<float>([2, 12]);
        using var state = _device.CreateZeros<float>([2, 3]);
        using var other = _device.CreateZeros<float>([2, 4]);
        using var row = _device.CreateZeros<float>([3]);
        using var result = _device.CreateZeros<float>([2, 3]);
        Assert.Contains("[3]", Assert.Throws<ArgumentException>(() => gates.LstmCell(row, result, result)).Message, StringComparison.Ordinal);
        Assert.Contains("[2, 16]", Assert.Throws<ArgumentException>(() => gates.LstmCell(other, result, result)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => gates.LstmCell(state, result, result));
        Assert.Throws<ArgumentException>(() => gates.LstmCell(state, state, result));
        Assert.Contains("[2, 9]", Assert.Throws<ArgumentException>(() => gates.GruCell(gates, state, result)).Message, StringComparison.Ordinal);
    }
}
