using System.Numerics;

namespace CudaKernels.Tests;

/// <summary>Attention on tensor cores whose scores are so large that float counts them in steps of more than one.</summary>
public sealed class LargeScoreTests
{
    // Scores of one key in each row stand far above all others, in the first tile of keys or in the second: the row of values of that key is the result.
    [Theory]
    [InlineData(AttentionAlgorithm.Flash, 64)]
    [InlineData(AttentionAlgorithm.Flash, 128)]
    [InlineData(AttentionAlgorithm.Wgmma, 64)]
    [InlineData(AttentionAlgorithm.Wgmma, 128)]
    public void TheLargestScoreHasAllTheWeight(AttentionAlgorithm algorithm, int width)
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open();
        foreach (var largest in (int[])[3, 70, 140])
        {
            foreach (var length in (double[])[700, 1100, 1700, 2300, 3100, 4700, 9100, 17000, 31000, 60000])
            {
                Rows<Half>(emulated.Device, algorithm, width, largest, length);
                Rows<BFloat16>(emulated.Device, algorithm, width, largest, length);
            }
        }

        Assert.Empty(emulated.Reports);
    }

    // All keys have the same large score: no tile may count less than another, however many follow it.
    [Theory]
    [InlineData(AttentionAlgorithm.Flash)]
    [InlineData(AttentionAlgorithm.Wgmma)]
    public void EqualScoresHaveEqualWeights(AttentionAlgorithm algorithm)
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open();
        foreach (var length in (int[])[3, 77, 83, 120])
        {
            Means<Half>(emulated.Device, algorithm, length, 1e-3);
            Means<BFloat16>(emulated.Device, algorithm, length, 4e-3);
        }

        Assert.Empty(emulated.Reports);
    }

    // The largest scores of two tiles are one apart, of two millions and a half.
    [Theory]
    [InlineData(AttentionAlgorithm.Flash)]
    [InlineData(AttentionAlgorithm.Wgmma)]
    public void NeighbouringMaximaOfTwoTilesKeepTheirDistance(AttentionAlgorithm algorithm)
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open();
        Neighbours<Half>(emulated.Device, algorithm, 1e-3);
        Neighbours<BFloat16>(emulated.Device, algorithm, 4e-3);
        Assert.Empty(emulated.Reports);
    }

    private static void Neighbours<T>(ComputeDevice device, AttentionAlgorithm algorithm, double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int width = 64, keys = 150, low = 3, high = 140;
        var (queries, key, values) = (new T[width], new T[keys * width], new T[keys * width]);
        (queries[0], queries[1]) = (T.CreateChecked(1280), T.One);
        key[low * width] = key[high * width] = T.CreateChecked(1984);
        key[(high * width) + 1] = T.One;
        Array.Fill(values, T.One, high * width, width);
        using var q = device.CreateTensor(queries, [1, 1, 1, width]);
        using var k = device.CreateTensor(key, [1, 1, keys, width]);
        using var v = device.CreateTensor(values, [1, 1, keys, width]);
        using var y = device.CreateZeros<T>(q.Lengths);
        q.Attention(k, v, y, new AttentionOptions { Algorithm = algorithm, Scale = 1 });
        Assert.All(y.ToArray(), weight => Assert.Equal(Math.E / (1 + Math.E), double.CreateChecked(weight), tolerance));
    }

    private static void Means<T>(ComputeDevice device, AttentionAlgorithm algorithm, int length, double tolerance) where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int width = 64, queries = 3, keys = 4096;
        using var q = device.CreateTensor([.. Enumerable.Repeat(T.CreateChecked(length), queries * width)], [1, 1, queries, width]);
        using var k = device.CreateTensor([.. Enumerable.Repeat(T.CreateChecked(length), keys * width)], [1, 1, keys, width]);
        using var v = device.CreateTensor([.. Enumerable.Range(0, keys * width).Select(i => T.CreateChecked(((i / width) + 0.5) / keys))], [1, 1, keys, width]);
        using var y = device.CreateZeros<T>(q.Lengths);
        using var logSumExp = device.CreateZeros<float>([1, 1, queries]);
        q.Attention(k, v, y, logSumExp, new AttentionOptions { Algorithm = algorithm });
        Assert.All(y.ToArray(), mean => Assert.Equal(0.5, double.CreateChecked(mean), tolerance));
        Assert.All(logSumExp.ToArray(), sum => Assert.Equal((length * length * 8.0) + Math.Log(keys), sum, 0.02));
    }

    private static void Rows<T>(ComputeDevice device, AttentionAlgorithm algorithm, int width, int largest, double length) where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int queries = 5, keys = 150;
        using var q = Tensor(queries, (row, _) => length * (1 + (0.01 * row)));
        using var k = Tensor(keys, (row, column) => row == largest ? length : column % 3);
        using var v = Tensor(keys, Value);
        using var y = device.CreateZeros<T>(q.Lengths);
        q.Attention(k, v, y, new AttentionOptions { Algorithm = algorithm });
        var got = y.ToArray();
        for (var i = 0; i < got.Length; i++)
        {
            var expected = Value(largest, i % width);
            Assert.True(double.CreateChecked(got[i]) == expected, $"{typeof(T).Name}, {length}, key {largest}: element {i} is {got[i]}, not {expected}");
        }

        static double Value(int row, int column) => (row % 7) + (column % 5) - 4;

        DeviceTensor<T> Tensor(int rows, Func<int, int, double> value) =>
            device.CreateTensor([.. Enumerable.Range(0, rows * width).Select(i => T.CreateChecked(value(i / width, i % width)))], [1, 1, rows, width]);
    }
}
