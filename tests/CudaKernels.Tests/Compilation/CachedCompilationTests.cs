using CudaKernels.Interop;

namespace CudaKernels.Tests;

/// <summary>The compiler together with the disk cache: what is compiled again, and what is not.</summary>
[Collection(FakeNvrtc.Collection)]
public sealed class CachedCompilationTests : IDisposable
{
    private static readonly KernelSource s_source = KernelSource.FromString("k.cu", "extern \"C\" __global__ void k(float* x) {}");
    private readonly TemporaryFolder _folder = new();
    private readonly FakeNvrtc _nvrtc = new();

    public void Dispose() => _folder.Dispose();

    // A compiler of its own each time, as in another process.
    private CompiledImage Compile(KernelSource? source = null, CompileOptions? options = null, string target = "sm_80", string? build = null) =>
        new NvrtcCompiler(_nvrtc.Api, new KernelCache(_folder.Combine("cache")), build, searchToolkit: false).Compile(source ?? s_source, options ?? CompileOptions.Default, target);

    [Fact]
    public void A_second_process_reads_what_the_first_compiled()
    {
        _nvrtc.Log = "a warning\0"u8.ToArray();
        var options = new CompileOptions { Kernels = ["k"] };
        var first = Compile(options: options);
        var second = Compile(options: options);
        Assert.Equal(1, _nvrtc.Compilations);
        Assert.Equal((false, true), (first.IsFromCache, second.IsFromCache));
        Assert.Equal((first.Format, first.Target, first.Log), (second.Format, second.Target, second.Log));
        Assert.Equal(first.Image, second.Image);
        Assert.Equal(first.LoweredNames, second.LoweredNames);
        Assert.Equal("(float*)", second.Signatures["k"].ToString());
    }

    [Fact]
    public void The_order_of_the_kernels_does_not_matter()
    {
        Compile(options: new CompileOptions { Kernels = ["a", "b"] });
        Assert.True(Compile(options: new CompileOptions { Kernels = ["b", "a"] }).IsFromCache);
    }

    [Fact]
    public void Everything_that_can_change_the_code_changes_the_key()
    {
        Compile();
        Assert.False(Compile(target: "sm_86").IsFromCache);
        Assert.False(Compile(target: "compute_80").IsFromCache);
        Assert.False(Compile(source: KernelSource.FromString("k.cu", s_source.Text + " ")).IsFromCache);
        Assert.False(Compile(source: KernelSource.FromString("other.cu", s_source.Text)).IsFromCache);
        Assert.False(Compile(options: new CompileOptions { Kernels = ["k"] }).IsFromCache);
        Assert.False(Compile(options: new CompileOptions { LineInfo = true }).IsFromCache);
        Assert.False(Compile(options: new CompileOptions { Defines = new Dictionary<string, string?> { ["N"] = "1" } }).IsFromCache);
        Assert.False(Compile(options: new CompileOptions { Additional = ["--restrict"] }).IsFromCache);
        Assert.False(Compile(build: "another build").IsFromCache);
        _nvrtc.PtxHeader = "//\n// Cuda compilation tools, release 12.8, V12.8.61\n//\n\n.version 8.7\n";
        Assert.False(Compile().IsFromCache);
        _nvrtc.Version = (12, 9);
        Assert.False(Compile().IsFromCache);
        Assert.True(Compile().IsFromCache);
    }

    [Fact]
    public void A_changed_header_is_compiled_again()
    {
        var source = KernelSource.FromFile(_folder.Write("h.cu", "#include \"a.cuh\"\n#include <b.h>\n"));
        var options = new CompileOptions { IncludePaths = [_folder.Combine("include")] };
        _folder.Write("a.cuh", "int a;");
        _folder.Write("include/b.h", "int b;");
        Assert.False(Compile(source, options).IsFromCache);
        Assert.True(Compile(source, options).IsFromCache);
        _folder.Write("a.cuh", "int c;");
        Assert.False(Compile(source, options).IsFromCache);
        _folder.Write("include/b.h", "int d;");
        Assert.False(Compile(source, options).IsFromCache);
        Assert.True(Compile(source, options).IsFromCache);
    }

    [Fact]
    public void A_damaged_file_is_compiled_again_and_mended()
    {
        Compile();
        var path = Assert.Single(Directory.GetFiles(_folder.Combine("cache"), "*", SearchOption.AllDirectories));
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.False(Compile().IsFromCache);
        Assert.True(Compile().IsFromCache);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_does_not_fail_the_compilation()
    {
        var cache = new KernelCache(Path.Combine(_folder.Write("file", ""), "cache"));
        var image = new NvrtcCompiler(_nvrtc.Api, cache, searchToolkit: false).Compile(s_source, CompileOptions.Default, "sm_80");
        Assert.NotEmpty(image.Image);
        Assert.Equal(1, cache.Statistics.DroppedWrites);
    }

    [Fact]
    public void A_probe_without_a_comment_leaves_the_version_alone_in_the_key()
    {
        _nvrtc.PtxHeader = "";
        Compile();
        Assert.True(Compile().IsFromCache);
        Assert.Equal(0, _nvrtc.LivePrograms);
    }

    [Fact]
    public void A_failed_compilation_is_not_kept()
    {
        _nvrtc.Results["nvrtcCompileProgram"] = nvrtcResult.NVRTC_ERROR_COMPILATION;
        Assert.Throws<NvrtcCompilationException>(() => Compile());
        _nvrtc.Results.Clear();
        Assert.False(Compile().IsFromCache);
    }
}
