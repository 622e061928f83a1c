using CudaKernels.Catalog;

namespace CudaKernels.Tests;

/// <summary>The catalog as rows of a theory: one per operation, element type and variant.</summary>
public static class CatalogRows
{
    /// <summary>Every operation, element type and variant.</summary>
    public static IEnumerable<TheoryDataRow<string, ElementKind, string>> All() =>
        from operation in OpCatalog.All
        from kind in operation.Types
        from variant in operation.Variants.Where(variant => operation.Covers(kind, variant))
        select new TheoryDataRow<string, ElementKind, string>(operation.Name, kind, variant);

    internal static void Check(ComputeDevice device, string operation, ElementKind kind, string variant)
    {
        var found = OpCatalog.All.Single(candidate => candidate.Name == operation);
        Assert.SkipUnless(found.Runs(device, variant), $"variant '{variant}' does not exist on {device.Id}");
        var result = CaseRunner.Check(device, found, kind, variant);
        Assert.True(result.Passed, $"{operation} {kind} {variant}: {result.Failure}");
        Assert.True(result.Cases > 0, "a case without shapes checks nothing");
    }
}
