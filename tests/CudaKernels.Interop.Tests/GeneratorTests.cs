using CudaKernels.Interop.Generator;

namespace CudaKernels.Tests;

public sealed class GeneratorTests
{
    private static readonly IReadOnlyDictionary<string, string> s_files = Interop.Generator.RawLayer.Generate(RawLayerTables.Folder);

    [Fact]
    public void Regenerating_changes_nothing()
    {
        Assert.SkipUnless(RepositoryFolder.Exists, "The sources are not here: the test program runs outside the repository.");
        Assert.Empty(Interop.Generator.RawLayer.Compare(Interop.Generator.RawLayer.Generate(RepositoryFolder.Tables), RepositoryFolder.RawLayer));
    }

    [Fact]
    public void Every_group_of_functions_has_its_file()
    {
        foreach (LibraryTables library in RawLayerTables.All)
        {
            foreach (FunctionRow function in library.Functions)
            {
                string file = s_files[$"{library.Library.Folder}/{SourceText.FileName(function.Group)}.g.cs"];
                Assert.Contains($" {function.Name}(", file);
            }
        }
    }

    [Fact]
    public void A_changed_missing_or_left_over_file_is_reported_and_repaired()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(s_files.Count, Interop.Generator.RawLayer.Write(s_files, folder.Path));
        Assert.Empty(Interop.Generator.RawLayer.Compare(s_files, folder.Path));

        File.AppendAllText(Path.Combine(folder.Path, "Driver/Enums.g.cs"), "// by hand\n");
        File.Delete(Path.Combine(folder.Path, "Nvrtc/Program.g.cs"));
        File.WriteAllText(Path.Combine(folder.Path, "Cublas/Old.g.cs"), "// old\n");
        Assert.Equal(
            ["Driver/Enums.g.cs differs from its tables", "Nvrtc/Program.g.cs is missing", "Cublas/Old.g.cs is no longer generated"],
            Interop.Generator.RawLayer.Compare(s_files, folder.Path));

        Assert.Equal(3, Interop.Generator.RawLayer.Write(s_files, folder.Path));
        Assert.Empty(Interop.Generator.RawLayer.Compare(s_files, folder.Path));
    }

    [Fact]
    public void Every_summary_belongs_to_a_function()
    {
        TableFile summaries = TableFile.Read(Path.Combine(RawLayerTables.Folder, "summaries.tsv"));
        HashSet<string> names = [.. RawLayerTables.All.SelectMany(l => l.Functions).Select(f => f.Name)];
        Assert.True(summaries.Count > 80);
        for (int i = 0; i < summaries.Count; i++)
            Assert.Contains(summaries[i, "function"], names);
    }

    [Fact]
    public void A_type_that_no_table_defines_is_refused()
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => RawLayerTables.Types.Map("CUnobody*"));
        Assert.Contains("CUnobody", error.Message);
    }

    [Theory]
    [InlineData("const char* const*", "byte**")]
    [InlineData("unsigned long long*", "ulong*")]
    [InlineData("unsigned long*", "CULong*")]
    [InlineData("size_t", "nuint")]
    [InlineData("CUhostFn", "delegate* unmanaged<void*, void>")]
    [InlineData("CUstreamCallback", "void*")]
    [InlineData("cudaStream_t", "CUstream")]
    [InlineData("const __half*", "Half*")]
    [InlineData("CUkernelNodeAttrValue*", "CUlaunchAttributeValue*")]
    public void C_types_become_their_blittable_twins(string c, string expected) =>
        Assert.Equal(expected, RawLayerTables.Types.Map(c));

    [Fact]
    public void A_C_long_by_value_is_refused() =>
        Assert.Throws<InvalidDataException>(() => RawLayerTables.Types.Map("unsigned long"));
}
