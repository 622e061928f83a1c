using CudaKernels.Catalog;

namespace CudaKernels.Tests;

public sealed class CatalogTests
{
    private static IEnumerable<string> KernelFiles => KernelSource.ResourcePaths.Where(path => path.EndsWith(".cu", StringComparison.Ordinal));

    [Fact]
    public void EveryKernelFileHasACase()
    {
        Assert.NotEmpty(KernelFiles);
        Assert.Empty(KernelFiles.Except(OpCatalog.All.SelectMany(operation => operation.KernelFiles)));
    }

    [Fact]
    public void EveryCaseHasAKernelFile() => Assert.Empty(OpCatalog.All.SelectMany(operation => operation.KernelFiles).Except(KernelFiles));

    [Fact]
    public void EveryKernelFileIsUsedByAnOperation() => Assert.DoesNotContain(KernelFiles, path => OpKernels.Expressions(path).Count == 0);

    [Fact]
    public void NamesAreUnique() => Assert.Equal(OpCatalog.All.Count, OpCatalog.All.Select(operation => operation.Name).Distinct().Count());

    [Theory]
    [InlineData("=softmax", "softmax")]
    [InlineData("=SoftMax", "softmax")]
    [InlineData("softmax", "softmax log-softmax softmax-gradient log-softmax-gradient")]
    [InlineData("softmax*", "softmax softmax-gradient")]
    [InlineData("=softma", "")]
    [InlineData("=", "")]
    [InlineData("=softmax, =exp,=softmax", "exp softmax")]
    [InlineData(",=softmax,", "softmax")]
    [InlineData(",", "")]
    public void APatternIsAPartOrHasAStarOrIsAWholeName(string pattern, string names) =>
        Assert.Equal(names.Split(' ', StringSplitOptions.RemoveEmptyEntries), OpCatalog.Matching(pattern).Select(operation => operation.Name));

    [Fact]
    public void EveryOperationRunsAnEmptyAndAOneElementShape() =>
        Assert.DoesNotContain(OpCatalog.All, operation => !operation.Shapes.Any(shape => shape.Lengths.Contains(0)) || !operation.Shapes.Any(shape => shape.Lengths.All(length => length == 1)));

    // The largest are too large to run here: they are what a case takes in other sizes.
    [Fact]
    public void AGpuIsTimedInShapesOfTheSameForm() =>
        Assert.All(OpCatalog.All, operation => Assert.All(operation.Variants, variant =>
        {
            var shapes = operation.GpuBenchShapesOf(variant);
            Assert.NotEmpty(shapes);
            Assert.All(shapes, shape => Assert.Contains(operation.BenchShapes, other => other.Lengths.Length == shape.Lengths.Length));
        }));

    [Fact]
    public void ASampleHasARowOfEveryPart()
    {
        var rows = new CaseSample(Elements: 40, Seed: 3).Rows(count: 1000, width: 4);
        Assert.Equal(10, rows.Count);
        Assert.Equal(Enumerable.Range(0, 10), rows.Select(row => row / 100));
        Assert.NotEqual(rows, new CaseSample(40, 4).Rows(1000, 4));
        Assert.Equal([0, 1, 2], new CaseSample(40, 3).Rows(3, 4));
        Assert.Single(new CaseSample(40, 3).Rows(1000, 4000));
    }

    [Theory]
    [InlineData(double.NaN, 1.0)]
    [InlineData(1.0, double.NaN)]
    [InlineData(double.PositiveInfinity, 1.0)]
    [InlineData(double.PositiveInfinity, double.NegativeInfinity)]
    [InlineData(1.001, 1.0)]
    public void AWrongElementIsAnError(double got, double expected)
    {
        var error = CaseError.Measure<double>([got], [expected], [], 1, 1e-6);
        Assert.NotNull(error.Failure);
    }

    [Theory]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(double.NegativeInfinity, double.NegativeInfinity)]
    [InlineData(1.0 + 1e-9, 1.0)]
    public void ARightElementIsNone(double got, double expected)
    {
        var error = CaseError.Measure<double>([got], [expected], [], 1, 1e-6);
        Assert.Null(error.Failure);
    }
}
