namespace CudaKernels.Tests.Operations;

/// <summary>Reductions along one dimension, named by its number alone.</summary>
public sealed class ReductionAxisTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void ANumberNamesADimension()
    {
        using var x = _device.CreateTensor<double>([1, 2, 3, 4, 5, 9], [2, 3]);
        using var mask = _device.CreateTensor<bool>([true, false, true, true, false, false], [2, 3]);
        using var scope = _device.BeginScope();
        Assert.Equal([5d, 7, 12], x.Sum(0).ToArray());
        Assert.Equal([6d, 18], x.Sum(-1).ToArray());
        Assert.Equal([(nint)2, 1], x.Sum(1, keepDimension: true).Lengths.ToArray());
        Assert.Equal([2d, 6], x.Mean(1).ToArray());
        Assert.Equal([4d, 5, 9], x.Max(0).ToArray());
        Assert.Equal([1d, 4], x.Min(1).ToArray());
        Assert.Equal([4d, 10, 27], x.Product(0).ToArray());
        Assert.Equal([5d, 7, 12], x.Norm(0, order: 1).ToArray());
        Assert.Equal([2.25, 2.25, 9], x.Variance(0).ToArray());
        Assert.Equal([4.5, 4.5, 18], x.Variance(0, correction: 1).ToArray());
        Assert.Equal([true, false, false], mask.All(0).ToArray());
        Assert.Equal([true, true], mask.Any(1).ToArray());
        Assert.Contains("[-2, 2)", Assert.Throws<ArgumentOutOfRangeException>(() => x.Sum(2)).Message, StringComparison.Ordinal);
    }
}
