using CudaKernels.Catalog;

namespace CudaKernels.Tests;

/// <summary>The catalog as rows of a theory: one per operation, element type and variant.</summary>
public static class CatalogRows
{
    /// <summary>Every operation, element type and variant.</summary>
    public static IEnumerable<TheoryDataRow<string, ElementKind, string>> All() => Of(OpCatalog.All);

    /// <summary>The rows of every other operation, from the first one on.</summary>
    public static IEnumerable<TheoryDataRow<string, ElementKind, string>> EvenOperations() => Of(OpCatalog.All.Where((_, i) => i % 2 == 0));

    /// <summary>The rows of the operations that <see cref="EvenOperations"/> leaves out.</summary>
    public static IEnumerable<TheoryDataRow<string, ElementKind, string>> OddOperations() => Of(OpCatalog.All.Where((_, i) => i % 2 == 1));

    private static IEnumerable<TheoryDataRow<string, ElementKind, string>> Of(IEnumerable<OpCase> operations) =>
        from operation in operations
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
