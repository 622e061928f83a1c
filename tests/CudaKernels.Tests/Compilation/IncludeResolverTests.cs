namespace CudaKernels.Tests;

public sealed class IncludeResolverTests
{
    private static ResolvedSource Resolve(KernelSource source, params string[] includePaths) => IncludeResolver.Resolve(source, includePaths, () => []);

    [Fact]
    public void Headers_beside_the_file_are_gathered_recursively_each_once()
    {
        using var folder = new TemporaryFolder();
        folder.Write("inner/b.cuh", "#include \"../a.cuh\"\n#include \"c.cuh\"\n");
        folder.Write("inner/c.cuh", "int c;\n");
        folder.Write("a.cuh", "#pragma once\n#include \"inner/b.cuh\"\n");
        var resolved = Resolve(KernelSource.FromFile(folder.Write("k.cu", "#include \"a.cuh\"\n#include \"inner/c.cuh\"\n")));
        Assert.Equal(["a.cuh", "inner/b.cuh", "inner/c.cuh"], resolved.Headers.Select(header => header.Name));
        Assert.Equal("#include \"a.cuh\"\n#include \"inner/c.cuh\"\n", resolved.Headers[1].Text);
        Assert.Empty(resolved.Unresolved);
        Assert.False(resolved.LeavesIncludesToCompiler);
    }

    [Fact]
    public void The_including_file_goes_before_the_include_paths_and_these_before_the_embedded_headers()
    {
        using var folder = new TemporaryFolder();
        var embedded = KernelSource.ResourcePaths.First(path => path.StartsWith("common/", StringComparison.Ordinal));
        var main = folder.Write("src/k.cu", $"#include \"x.cuh\"\n#include \"{embedded}\"\n");
        folder.Write("include/x.cuh", "int path;");

        var fromPath = Resolve(KernelSource.FromFile(main), folder.Combine("include"));
        Assert.Equal("int path;", fromPath.Headers[0].Text);
        Assert.Equal(SourceLocationKind.Embedded, fromPath.Headers[1].Location.Kind);

        folder.Write("src/x.cuh", "int beside;");
        folder.Write("include/" + embedded, "int own;");
        var fromBeside = Resolve(KernelSource.FromFile(main), folder.Combine("include"));
        Assert.Equal(["int beside;", "int own;"], fromBeside.Headers.Take(2).Select(header => header.Text));
    }

    [Fact]
    public void Embedded_headers_are_found_from_a_string()
    {
        var path = KernelSource.ResourcePaths.First(path => path.StartsWith("common/", StringComparison.Ordinal));
        var resolved = Resolve(KernelSource.FromString("k.cu", $"#include \"{path}\"\n"));
        Assert.Equal(path, resolved.Headers[0].Name);
    }

    [Fact]
    public void Every_embedded_file_finds_its_headers()
    {
        foreach (var path in KernelSource.ResourcePaths)
        {
            var resolved = Resolve(KernelSource.FromResource(path));
            Assert.All(resolved.Headers, header => Assert.Equal(SourceLocationKind.Embedded, header.Location.Kind));
            Assert.All(resolved.Headers, header => Assert.Equal(header.Location.Path, header.Name));
        }
    }

    [Fact]
    public void Two_files_of_one_name_are_told_apart()
    {
        using var folder = new TemporaryFolder();
        folder.Write("one/x.cuh", "int one;");
        folder.Write("shared/x.cuh", "int shared;");
        folder.Write("shared/y.cuh", "#include \"x.cuh\"\n");
        var main = folder.Write("one/k.cu", "#include \"x.cuh\"\n#include \"../shared/y.cuh\"\n#include \"y.cuh\"\n");
        var resolved = Resolve(KernelSource.FromFile(main), folder.Combine("shared"));
        Assert.Equal(["x.cuh", "shared/y.cuh", "shared/x.cuh"], resolved.Headers.Select(header => header.Name));
        Assert.Equal("#include \"shared/x.cuh\"\n", resolved.Headers[1].Text);
        Assert.Equal("#include \"x.cuh\"\n#include \"shared/y.cuh\"\n#include \"shared/y.cuh\"\n", resolved.Text);
    }

    [Fact]
    public void Names_that_would_collide_are_numbered()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a/x.cuh", "int a;");
        folder.Write("b/x.cuh", "int b;");
        folder.Write("b/y.cuh", "#include \"x.cuh\"\n");
        var resolved = Resolve(KernelSource.FromString("k.cu", "#include \"x.cuh\"\n#include \"y.cuh\"\n"), folder.Combine("a"), folder.Combine("b"));
        Assert.Equal(["x.cuh", "y.cuh", "2/x.cuh"], resolved.Headers.Select(header => header.Name));
        Assert.Equal("#include \"2/x.cuh\"\n", resolved.Headers[1].Text);
    }

    [Fact]
    public void A_header_that_includes_its_source_ends()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.cuh", "#pragma once\n#include \"k.cu\"\n");
        var resolved = Resolve(KernelSource.FromFile(folder.Write("k.cu", "#pragma once\n#include \"a.cuh\"\n")));
        Assert.Equal("a.cuh", Assert.Single(resolved.Headers).Name);
    }

    [Fact]
    public void Missing_headers_keep_their_spelling_and_tell_where_they_were_looked_for()
    {
        using var folder = new TemporaryFolder();
        var main = folder.Write("k.cu", "int a;\n#include \"missing.cuh\"\n#include <gone.h>\n");
        var resolved = Resolve(KernelSource.FromFile(main), folder.Combine("include"));
        Assert.Equal("int a;\n#include \"missing.cuh\"\n#include <gone.h>\n", resolved.Text);
        Assert.True(resolved.LeavesIncludesToCompiler);
        Assert.Equal([("missing.cuh", "k.cu", 2), ("gone.h", "k.cu", 3)], resolved.Unresolved.Select(missing => (missing.Spelling, missing.Includer, missing.Line)));
        Assert.Equal([folder.Combine("missing.cuh"), folder.Combine("include/missing.cuh"), "embedded kernels/missing.cuh"], resolved.Unresolved[0].Searched);
    }

    [Fact]
    public void Files_that_only_the_compiler_opens_enter_by_digest()
    {
        using var folder = new TemporaryFolder();
        folder.Write("include/outer.h", "#include \"detail/inner.h\"\n");
        folder.Write("include/detail/inner.h", "#include <other.h>\n");
        folder.Write("include/other.h", "int x;\n");
        var source = KernelSource.FromString("k.cu", "#include <outer.h>\n");
        var before = Resolve(source, folder.Combine("include"));
        Assert.Empty(before.Headers);
        Assert.Equal([folder.Combine("include/detail/inner.h"), folder.Combine("include/other.h"), folder.Combine("include/outer.h")], before.ExternalFiles.Select(file => file.Path));

        folder.Write("include/other.h", "int y;\n");
        var after = Resolve(source, folder.Combine("include"));
        Assert.Equal(before.ExternalFiles[0].Digest, after.ExternalFiles[0].Digest);
        Assert.NotEqual(before.ExternalFiles[1].Digest, after.ExternalFiles[1].Digest);
    }

    [Fact]
    public void A_toolkit_is_only_looked_for_when_an_include_is_left_over()
    {
        var asked = 0;
        IncludeResolver.Resolve(KernelSource.FromString("k.cu", "int x;"), [], () => { asked++; return []; });
        Assert.Equal(0, asked);
        IncludeResolver.Resolve(KernelSource.FromString("k.cu", "#include <cuda_fp16.h>"), [], () => { asked++; return []; });
        Assert.NotEqual(0, asked);
    }
}
