namespace CudaKernels.Tests.Operations;

/// <summary>The gradients of the operations that take indices against differences, and what these operations refuse.</summary>
public sealed class IndexingTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void GradientsAreThoseOfTheMovements(int seed)
    {
        var random = new Random(seed);
        var axis = seed % 3;
        nint[] lengths = [random.Next(1, 5), random.Next(1, 6), random.Next(1, 5)];
        using var x = CentralDifferences.Random(_device, random, lengths);
        using var dx = _device.CreateZeros<double>(lengths);
        using var indices = Indices([random.Next(1, 4), random.Next(1, 4)]);
        using var y = x.IndexSelect(indices, axis);
        using var dy = CentralDifferences.Random(_device, random, y.Lengths);
        dy.IndexSelectGradient(indices, axis, dx);
        CentralDifferences.Verify(x, dx.ToArray(), () =>
        {
            x.IndexSelect(indices, axis, y);
            return CentralDifferences.Dot(y, dy);
        });

        nint[] picked = [.. lengths];
        picked[axis] = random.Next(1, 6);
        using var picks = Indices(picked);
        using var z = x.Gather(picks, axis);
        using var dz = CentralDifferences.Random(_device, random, picked);
        dz.GatherGradient(picks, axis, dx);
        CentralDifferences.Verify(x, dx.ToArray(), () =>
        {
            x.Gather(picks, axis, z);
            return CentralDifferences.Dot(z, dz);
        });

        DeviceTensor<long> Indices(nint[] shape)
        {
            var count = shape.Aggregate((nint)1, (product, length) => product * length);
            return _device.CreateTensor<long>([.. Enumerable.Range(0, (int)count).Select(_ => (long)random.Next((int)lengths[axis]))], shape);
        }
    }

    [Fact]
    public void ThePaddingRowKeepsNoGradient()
    {
        using var indices = _device.CreateTensor([2, 0, 2, 1]);
        using var dy = _device.CreateTensor<float>([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);
        using var table = _device.CreateZeros<float>([4, 2]);
        dy.EmbeddingGradient(indices, table);
        Assert.Equal([3, 4, 7, 8, 6, 8, 0, 0], table.ToArray());
        dy.EmbeddingGradient(indices, table, paddingIndex: 2);
        Assert.Equal([3, 4, 7, 8, 0, 0, 0, 0], table.ToArray());
    }

    [Fact]
    public void ScatterAddKeepsWhatWasThere()
    {
        using var x = _device.CreateTensor<float>([1, 2, 3, 4], [2, 2]);
        using var indices = _device.CreateTensor([1, 1, 0, 2], [2, 2]);
        using var y = _device.CreateTensor<float>([10, 20, 30, 40, 50, 60], [2, 3]);
        x.ScatterAdd(indices, 1, y);
        Assert.Equal([10, 23, 30, 43, 50, 64], y.ToArray());
    }

    [Fact]
    public void OneHotRows()
    {
        using var labels = _device.CreateTensor<long>([2, -1, 0]);
        using var rows = labels.OneHot<Half>(3);
        Assert.Equal(3, rows.Lengths[1]);
        Assert.Equal([0, 0, 1, 0, 0, 0, 1, 0, 0], rows.ToArray().Select(value => (int)value));
    }

    [Fact]
    public void IndicesThatNameNothingAreRefusedBeforeAnythingIsWritten()
    {
        using var x = _device.CreateTensor<float>([1, 2, 3], [3, 1]);
        using var y = _device.CreateTensor<float>([7, 7], [2, 1]);
        using var beyond = _device.CreateTensor([0, 3]);
        using var negative = _device.CreateTensor<long>([-1, 0]);
        Assert.Contains("element 1", Refused(() => x.Embedding(beyond, y)), StringComparison.Ordinal);
        Assert.Contains("[0, 3)", Refused(() => x.IndexSelect(negative, 0, y)), StringComparison.Ordinal);
        Refused(() => y.IndexSelectGradient(beyond, 0, x));
        using var column = negative.Reshape(2, 1);
        Refused(() => x.Gather(column, 0, y));
        Refused(() => y.ScatterAdd(column, 0, x));
        Refused(() => beyond.OneHot<float>(3));
        Assert.Equal([7f, 7f], y.ToArray());
        Assert.Equal([1f, 2f, 3f], x.ToArray());

        static string Refused(Action call) => Assert.Throws<ArgumentOutOfRangeException>(call).Message;
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var x = _device.CreateZeros<float>([3, 4]);
        using var bytes = _device.CreateZeros<byte>([2]);
        using var index = _device.CreateZeros<int>([2]);
        using var y = _device.CreateZeros<float>([2, 5]);
        using var dy = _device.CreateZeros<float>([2, 4]);
        Assert.Contains("Byte", Assert.Throws<ArgumentException>(() => x.IndexSelect(bytes, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("[2, 4]", Assert.Throws<ArgumentException>(() => x.IndexSelect(index, 0, y)).Message, StringComparison.Ordinal);
        Assert.Contains("[2]", Assert.Throws<ArgumentException>(() => x.Gather(index, 0)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.IndexSelect(index, 2));
        Assert.Contains("[0, 3)", Assert.Throws<ArgumentOutOfRangeException>(() => dy.IndexSelectGradient(index, 0, x, 3)).Message, StringComparison.Ordinal);
    }
}
