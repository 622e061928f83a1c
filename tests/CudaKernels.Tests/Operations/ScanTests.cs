namespace CudaKernels.Tests.Operations;

/// <summary>Sums along a dimension, the choice of its first elements and all of them in order: examples, gradients and what is refused.</summary>
public sealed class ScanTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void SumsUpAndDown()
    {
        using var x = _device.CreateTensor([1, 2, 3, 4, 5, 6], [2, 3]);
        using var rows = x.CumulativeSum(1);
        using var columns = x.CumulativeSum(0);
        using var back = x.CumulativeSum(-1, reverse: true);
        Assert.Equal([1, 3, 6, 4, 9, 15], rows.ToArray());
        Assert.Equal([1, 2, 3, 5, 7, 9], columns.ToArray());
        Assert.Equal([6, 5, 3, 15, 11, 6], back.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void TheReversedSumIsTheGradient(int axis)
    {
        var random = new Random(axis);
        using var x = CentralDifferences.Random(_device, random, [random.Next(1, 4), random.Next(1, 5), random.Next(1, 4)]);
        using var dy = CentralDifferences.Random(_device, random, x.Lengths);
        using var y = x.CumulativeSum(axis);
        using var dx = dy.CumulativeSum(axis, reverse: true);
        CentralDifferences.Verify(x, dx.ToArray(), () =>
        {
            x.CumulativeSum(axis, y);
            return CentralDifferences.Dot(y, dy);
        });
    }

    [Fact]
    public void TheFirstInOrder()
    {
        using var x = _device.CreateTensor<float>([1, 5, float.NaN, 5, -0f, 0f], [6]);
        var (values, indices) = x.TopK(4);
        Assert.Equal([float.NaN, 5, 5, 1], values.ToArray());
        Assert.Equal([2L, 1, 3, 0], indices.ToArray());
        var (low, places) = x.TopK(3, largest: false);
        Assert.Equal([2L, 4, 5], places.ToArray());
        values.Dispose();
        indices.Dispose();
        low.Dispose();
        places.Dispose();
    }

    [Fact]
    public void AllInOrder()
    {
        using var x = _device.CreateTensor<float>([1, 5, float.NaN, 5, -0f, 0f], [6]);
        var (values, indices) = x.SortWithIndices(descending: true);
        using var rising = x.Sort();
        using var places = x.ArgSort();
        Assert.Equal([float.NaN, 5, 5, 1, 0, -0f], values.ToArray());
        Assert.Equal([2L, 1, 3, 0, 5, 4], indices.ToArray());
        Assert.Equal([-0f, 0, 1, 5, 5, float.NaN], rising.ToArray());
        Assert.Equal([4L, 5, 0, 1, 3, 2], places.ToArray());
        values.Dispose();
        indices.Dispose();
    }

    [Theory]
    [InlineData(20)]
    [InlineData(3000)]
    public void TheFirstOfAllAreTheChosenOnes(int length)
    {
        var random = new Random(length);
        var data = new Half[2 * length * 3];
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(data.AsSpan()));
        foreach (var descending in (bool[])[false, true])
        {
            // The smallest of TopK begin with NaN, which a rising sort ends with.
            using var x = _device.CreateTensor(Array.ConvertAll(data, element => Half.IsNaN(element) && !descending ? Half.Zero : element), [2, length, 3]);
            using var sorted = x.ArgSort(1, descending);
            using var first = sorted.Slice(.., ..5, ..);
            var (values, chosen) = x.TopK(5, 1, descending);
            Assert.Equal(chosen.ToArray(), first.ToArray());
            values.Dispose();
            chosen.Dispose();
        }
    }

    [Fact]
    public void ScatteringByTheIndicesIsTheGradientOfSorting()
    {
        var random = new Random(1);
        using var x = CentralDifferences.Random(_device, random, [2, 5, 3]);
        using var dy = CentralDifferences.Random(_device, random, x.Lengths);
        var (y, indices) = x.SortWithIndices(1);
        using var dx = _device.CreateZeros<double>(x.Lengths);
        dy.ScatterAdd(indices, 1, dx);
        CentralDifferences.Verify(x, dx.ToArray(), () =>
        {
            x.Sort(1, y);
            return CentralDifferences.Dot(y, dy);
        });
        y.Dispose();
        indices.Dispose();
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var x = _device.CreateZeros<float>([2, 3]);
        using var y = _device.CreateZeros<float>([3, 2]);
        using var indices = _device.CreateZeros<long>([2, 2]);
        Assert.Contains("[3, 2]", Assert.Throws<ArgumentException>(() => x.CumulativeSum(0, y)).Message, StringComparison.Ordinal);
        Assert.Contains("overlap", Assert.Throws<ArgumentException>(() => x.CumulativeSum(0, x)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.CumulativeSum(2));
        Assert.Contains("4 elements", Assert.Throws<ArgumentOutOfRangeException>("count", () => x.TopK(4)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("count", () => x.TopK(-1));
        Assert.Contains("[3, 2]", Assert.Throws<ArgumentException>(() => x.TopK(1, y, indices)).Message, StringComparison.Ordinal);
        Assert.Contains("[3, 2]", Assert.Throws<ArgumentException>(() => x.Sort(1, y)).Message, StringComparison.Ordinal);
        Assert.Contains("[2, 2]", Assert.Throws<ArgumentException>(() => x.ArgSort(1, indices)).Message, StringComparison.Ordinal);
        Assert.Contains("overlap", Assert.Throws<ArgumentException>(() => x.Sort(1, x)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Sort(2));
    }
}
