using System.Text;

namespace CudaKernels.Tests;

public sealed class KernelSourceTests
{
    [Fact]
    public void A_file_is_named_by_its_file_name_and_keeps_its_path()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("saxpy.cu", "// text");
        var source = KernelSource.FromFile(path);
        Assert.Equal(("saxpy.cu", "// text", path), (source.Name, source.Text, source.Path));
    }

    [Fact]
    public void A_byte_order_mark_is_not_part_of_the_text()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("bom.cu");
        File.WriteAllText(path, "int x;", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal("int x;", KernelSource.FromFile(path).Text);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var failure = Assert.Throws<FileNotFoundException>(() => KernelSource.FromFile("no/such/kernel.cu"));
        Assert.Contains(Path.GetFullPath("no/such/kernel.cu"), failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("/etc/kernel.cu")]
    [InlineData("../kernel.cu")]
    [InlineData("a/../../kernel.cu")]
    [InlineData("a\"b.cu")]
    [InlineData("a\nb.cu")]
    public void A_text_is_named_by_a_clean_relative_path(string name)
    {
        Assert.ThrowsAny<ArgumentException>(() => KernelSource.FromString(name, ""));
    }

    [Fact]
    public void A_text_with_nul_is_refused()
    {
        Assert.Throws<ArgumentException>(() => KernelSource.FromString("a.cu", "int a;\0int b;"));
    }

    [Fact]
    public void A_resource_is_read_by_its_path_below_kernels()
    {
        var path = KernelSource.ResourcePaths.First(path => path.EndsWith(".cuh", StringComparison.Ordinal));
        var source = KernelSource.FromResource(path);
        Assert.Equal(path, source.Name);
        Assert.NotEmpty(source.Text);
        Assert.Null(source.Path);
    }

    [Fact]
    public void Resource_paths_use_slashes_and_keep_their_folders()
    {
        Assert.Contains(KernelSource.ResourcePaths, path => path.StartsWith("common/", StringComparison.Ordinal) && path.EndsWith(".cuh", StringComparison.Ordinal));
        Assert.All(KernelSource.ResourcePaths, path => Assert.Matches(@"^([a-z0-9_-]+/)*[a-z0-9_-]+\.cuh?$", path));
    }

    [Fact]
    public void A_missing_resource_names_its_neighbours()
    {
        var failure = Assert.Throws<ArgumentException>(() => KernelSource.FromResource("common/no_such_header.cuh"));
        Assert.Contains("common/no_such_header.cuh", failure.Message, StringComparison.Ordinal);
        Assert.Contains(KernelSource.ResourcePaths.First(path => path.StartsWith("common/", StringComparison.Ordinal)), failure.Message, StringComparison.Ordinal);
    }
}
