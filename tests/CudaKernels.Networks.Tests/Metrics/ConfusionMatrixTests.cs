using CudaKernels.Networks;

namespace CudaKernels.Tests.Metrics;

public sealed class ConfusionMatrixTests
{
    [Fact]
    public void FiguresFollowFromTheCounts()
    {
        var matrix = new ConfusionMatrix(4);
        Assert.Equal(double.NaN, matrix.Accuracy);
        Assert.Equal(double.NaN, matrix.MacroF1);
        matrix.Add([0, 0, 0, 1], [0, 0, 1, 1]);
        matrix.Add([1, 2], [0, 0]);
        Assert.Equal((4, 6L, 2L, 1L, 1L), (matrix.Classes, matrix.Total, matrix[0, 0], matrix[0, 1], matrix[2, 0]));
        Assert.Equal(0.5, matrix.Accuracy);
        Assert.Equal([0.5, 0.5, double.NaN, double.NaN], Enumerable.Range(0, 4).Select(matrix.Precision));
        Assert.Equal([2 / 3.0, 0.5, 0, double.NaN], Enumerable.Range(0, 4).Select(matrix.Recall));
        Assert.Equal([4 / 7.0, 0.5, 0, double.NaN], Enumerable.Range(0, 4).Select(matrix.F1));
        Assert.Equal(((4 / 7.0) + 0.5) / 3, matrix.MacroF1, 1e-15);
    }

    [Fact]
    public void WhatHasNoSenseIsRefused()
    {
        var matrix = new ConfusionMatrix(2);
        Assert.Throws<ArgumentException>(() => matrix.Add([0], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Add([0, 2], [0, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Add([0], [-1]));
        Assert.Equal(0, matrix.Total);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(0));
    }
}
