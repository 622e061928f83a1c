using System.Text;
using CudaKernels.Interop;

namespace CudaKernels.Tests;

[Collection(FakeNvrtc.Collection)]
public sealed class NvrtcCompilerTests
{
    private static readonly KernelSource s_source = KernelSource.FromString("saxpy.cu", "template<class T> __global__ void saxpy(T* y, const T* x, T a, long long n) {}");
    private readonly FakeNvrtc _nvrtc = new();
    private readonly NvrtcCompiler _compiler;

    public NvrtcCompilerTests() => _compiler = new NvrtcCompiler(_nvrtc.Api, searchToolkit: false);

    [Fact]
    public void Version_and_architectures_are_asked_for()
    {
        Assert.Equal(new Version(12, 8), _compiler.Version);
        Assert.Equal([75, 80, 90], _compiler.SupportedArchitectures);
        Assert.Equal("sm_90a", _compiler.TargetFor(9, 0).ToString());
        Assert.Equal("compute_90", _compiler.TargetFor(12, 0).ToString());
    }

    [Fact]
    public void A_refused_version_names_the_call_and_the_code()
    {
        _nvrtc.Results["nvrtcVersion"] = nvrtcResult.NVRTC_ERROR_INTERNAL_ERROR;
        var failure = Assert.Throws<CudaException>(() => _compiler.Version);
        Assert.Contains("nvrtcVersion returned NVRTC_ERROR_INTERNAL_ERROR (11)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Source_headers_options_and_expressions_reach_NVRTC()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.cuh", "int a;");
        var source = KernelSource.FromFile(folder.Write("k.cu", "#include \"a.cuh\"\n// größer"));
        var image = _compiler.Compile(source, new CompileOptions { Kernels = ["k<float>", "m::k<int>"], FastMath = true }, "sm_80");
        var program = Assert.Single(_nvrtc.Compiled);
        Assert.Equal(("k.cu", "#include \"a.cuh\"\n// größer"), (program.Name, program.Text));
        Assert.Equal([("a.cuh", "int a;")], program.Headers);
        Assert.Equal(["k<float>", "m::k<int>"], program.Expressions);
        Assert.Equal(["--gpu-architecture=sm_80", "--std=c++20", "--use_fast_math"], program.Options);
        Assert.Equal(new Dictionary<string, string> { ["k<float>"] = "_Zk<float>", ["m::k<int>"] = "_Zm::k<int>" }, image.LoweredNames);
        Assert.Equal(FakeNvrtc.Image("cubin", program), image.Image);
        Assert.Equal((true, "sm_80", false, ""), (image.IsCubin, image.Target, image.IsFromCache, image.Log));
        Assert.Equal(0, _nvrtc.LivePrograms);
    }

    [Fact]
    public void A_compute_target_gives_ptx_with_its_terminator()
    {
        var image = _compiler.Compile(s_source, CompileOptions.Default, "compute_90");
        Assert.Equal((ImageFormat.Ptx, false, "compute_90"), (image.Format, image.IsCubin, image.Target));
        Assert.Equal(0, image.Image[^1]);
    }

    [Fact]
    public void Dlto_gives_lto_ir()
    {
        var image = _compiler.Compile(s_source, new CompileOptions { Dlto = true }, "sm_90");
        Assert.Equal(ImageFormat.LtoIr, image.Format);
        Assert.StartsWith("ltoir of saxpy.cu", Encoding.UTF8.GetString(image.Image), StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_come_with_the_image()
    {
        _nvrtc.Log = "saxpy.cu(1): warning #177-D: unused\n\0"u8.ToArray();
        Assert.Equal("saxpy.cu(1): warning #177-D: unused", _compiler.Compile(s_source, CompileOptions.Default, "sm_80").Log);
    }

    [Fact]
    public void An_error_carries_the_whole_log_with_file_and_line()
    {
        _nvrtc.Results["nvrtcCompileProgram"] = nvrtcResult.NVRTC_ERROR_COMPILATION;
        _nvrtc.Log = "saxpy.cu(12): error: identifier \"foo\" is undefined\n    y = foo;\n\na.cuh(3): error #20: bad\ncommon/b.cuh(7): warning #1-D: odd\n2 errors detected\n\0"u8.ToArray();
        var failure = Assert.Throws<NvrtcCompilationException>(() => _compiler.Compile(s_source, new CompileOptions { LineInfo = true }, "sm_80"));
        Assert.Contains("saxpy.cu does not compile: 2 errors", failure.Message, StringComparison.Ordinal);
        Assert.Contains("NVRTC 12.8, --gpu-architecture=sm_80 --std=c++20 --generate-line-info", failure.Message, StringComparison.Ordinal);
        Assert.Contains("saxpy.cu:12: error: identifier \"foo\" is undefined\n    y = foo;", failure.Message, StringComparison.Ordinal);
        Assert.Contains("a.cuh:3: error #20: bad", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("2 errors detected", failure.Message, StringComparison.Ordinal);
        Assert.Equal(nvrtcResult.NVRTC_ERROR_COMPILATION, failure.Result);
        Assert.Equal(CUresult.CUDA_ERROR_INVALID_SOURCE, failure.Code);
        Assert.Equal("saxpy.cu", failure.SourceName);
        Assert.Equal(["--gpu-architecture=sm_80", "--std=c++20", "--generate-line-info"], failure.Options);
        Assert.StartsWith("saxpy.cu(12): error", failure.Log, StringComparison.Ordinal);
        Assert.Equal([("saxpy.cu", 12, true), ("a.cuh", 3, true), ("common/b.cuh", 7, false)], failure.Diagnostics.Select(diagnostic => (diagnostic.File, diagnostic.Line, diagnostic.IsError)));
        Assert.Equal(0, _nvrtc.LivePrograms);
    }

    [Fact]
    public void The_log_of_a_host_compiler_is_read_too()
    {
        var diagnostics = CompileDiagnostic.Read("In file included from x\nsaxpy.cu:4:9: error: expected ';'\nsaxpy.cu:4:9: note: here\na.cuh:2: fatal error: gone.h: No such file");
        Assert.Equal(["saxpy.cu:4: error: expected ';'", "saxpy.cu:4: note: here", "a.cuh:2: fatal error: gone.h: No such file"], diagnostics.Select(diagnostic => diagnostic.ToString()));
    }

    [Theory]
    [InlineData("nvrtcCreateProgram", nvrtcResult.NVRTC_ERROR_OUT_OF_MEMORY, CUresult.CUDA_ERROR_OUT_OF_MEMORY, "nvrtcCreateProgram returned NVRTC_ERROR_OUT_OF_MEMORY (1)")]
    [InlineData("nvrtcAddNameExpression", nvrtcResult.NVRTC_ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION, CUresult.CUDA_ERROR_UNKNOWN, "nvrtcAddNameExpression(\"saxpy<float>\")")]
    [InlineData("nvrtcCompileProgram", nvrtcResult.NVRTC_ERROR_INVALID_OPTION, CUresult.CUDA_ERROR_INVALID_VALUE, "does not know one of the options")]
    [InlineData("nvrtcCompileProgram", nvrtcResult.NVRTC_ERROR_BUILTIN_OPERATION_FAILURE, CUresult.CUDA_ERROR_JIT_COMPILER_NOT_FOUND, "libnvrtc-builtins")]
    [InlineData("nvrtcCompileProgram", nvrtcResult.NVRTC_ERROR_INTERNAL_ERROR, CUresult.CUDA_ERROR_UNKNOWN, "fault of the compiler")]
    [InlineData("nvrtcGetLoweredName", nvrtcResult.NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID, CUresult.CUDA_ERROR_INVALID_VALUE, "nvrtcGetLoweredName(\"saxpy<float>\")")]
    [InlineData("nvrtcGetCUBIN", nvrtcResult.NVRTC_ERROR_INVALID_PROGRAM, CUresult.CUDA_ERROR_UNKNOWN, "reading the Cubin image")]
    public void Every_failing_call_frees_the_program_and_tells_its_name_and_log(string function, nvrtcResult result, CUresult code, string expected)
    {
        _nvrtc.Results[function] = result;
        _nvrtc.Log = "the log\0"u8.ToArray();
        var failure = Assert.Throws<NvrtcCompilationException>(() => _compiler.Compile(s_source, new CompileOptions { Kernels = ["saxpy<float>"] }, "sm_80"));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Equal((code, result), (failure.Code, failure.Result));
        Assert.Equal(function == "nvrtcCreateProgram" ? "" : "the log", failure.Log);
        Assert.Equal(0, _nvrtc.LivePrograms);
    }

    [Fact]
    public void A_log_that_is_no_utf8_is_read_with_replacement()
    {
        _nvrtc.Results["nvrtcCompileProgram"] = nvrtcResult.NVRTC_ERROR_COMPILATION;
        _nvrtc.Log = [.. "a.cu(1): error: "u8, 0xff, 0xfe, .. "x\0"u8];
        var failure = Assert.Throws<NvrtcCompilationException>(() => _compiler.Compile(s_source, CompileOptions.Default, "sm_80"));
        Assert.Equal("a.cu(1): error: \uFFFD\uFFFDx", failure.Log);
    }

    [Fact]
    public void A_missing_header_tells_where_it_was_looked_for()
    {
        using var folder = new TemporaryFolder();
        _nvrtc.Results["nvrtcCompileProgram"] = nvrtcResult.NVRTC_ERROR_COMPILATION;
        _nvrtc.Log = "k.cu(2): catastrophic error: cannot open source file \"cuda_fp16.h\"\n\0"u8.ToArray();
        var toolkit = ToolkitHeaders.Find(_ => null, windows: true);
        var compiler = new NvrtcCompiler(_nvrtc.Api, null, "", toolkit);
        var source = KernelSource.FromString("k.cu", "#include <never_reached.h>\n#include <cuda_fp16.h>\n");
        var failure = Assert.Throws<NvrtcCompilationException>(() => compiler.Compile(source, new CompileOptions { IncludePaths = [folder.Path] }, "sm_80"));
        Assert.Contains($"k.cu:2 includes cuda_fp16.h, which was looked for in: {folder.Path}. Set CompileOptions.IncludePaths", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("never_reached", failure.Message[failure.Message.IndexOf("cuda_fp16", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.True(Assert.Single(failure.Diagnostics).IsError);
    }

    [Fact]
    public void A_toolkit_s_folders_are_passed_only_when_an_include_is_left_to_NVRTC()
    {
        using var folder = new TemporaryFolder();
        folder.Write("include/cuda_fp16.h", "");
        var toolkit = ToolkitHeaders.Find(name => name == "CUDA_PATH" ? folder.Path : null, windows: false);
        var compiler = new NvrtcCompiler(_nvrtc.Api, null, "", toolkit);
        compiler.Compile(s_source, CompileOptions.Default, "sm_80");
        compiler.Compile(KernelSource.FromString("k.cu", "#include <cuda_fp16.h>\n"), CompileOptions.Default, "sm_80");
        var argument = "--include-path=" + folder.Combine("include");
        Assert.DoesNotContain(argument, _nvrtc.Compiled[0].Options);
        Assert.Contains(argument, _nvrtc.Compiled[1].Options);
    }

    [Fact]
    public void Signatures_come_from_the_lowered_names_and_the_source()
    {
        _nvrtc.Lower = expression => expression == "saxpy<float>" ? "_Z5saxpyIfEvPT_PKS0_S0_x" : expression;
        var source = KernelSource.FromString("k.cu", s_source.Text + "\nextern \"C\" __global__ void plain(int n, float* x) {}");
        var image = _compiler.Compile(source, new CompileOptions { Kernels = ["saxpy<float>", "plain"] }, "sm_80");
        Assert.Equal("(float*, const float*, float, long long)", image.Signatures["saxpy<float>"].ToString());
        Assert.Equal("(int, float*)", image.FindSignature("plain")?.ToString());
        Assert.Equal("(int)", image.FindSignature("_Z5otheri")?.ToString());
        Assert.Null(image.FindSignature("unknown"));
    }

    [Fact]
    public void Many_threads_compile_the_same_source_once()
    {
        using var start = new Barrier(8);
        _nvrtc.Compiling = _ => Thread.Sleep(50);
        var images = new CompiledImage[8];
        var threads = Enumerable.Range(0, 8).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            images[i] = _compiler.Compile(KernelSource.FromString("saxpy.cu", s_source.Text), new CompileOptions { Kernels = ["a", "b"] }, "sm_80");
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(1, _nvrtc.Compilations);
        Assert.All(images, image => Assert.Same(images[0], image));
    }

    [Fact]
    public void A_failure_is_not_remembered()
    {
        _nvrtc.Results["nvrtcCompileProgram"] = nvrtcResult.NVRTC_ERROR_OUT_OF_MEMORY;
        Assert.Throws<NvrtcCompilationException>(() => _compiler.Compile(s_source, CompileOptions.Default, "sm_80"));
        _nvrtc.Results.Clear();
        Assert.NotEmpty(_compiler.Compile(s_source, CompileOptions.Default, "sm_80").Image);
    }

    [Fact]
    public void Different_options_targets_and_sources_are_compiled_apart()
    {
        _compiler.Compile(s_source, CompileOptions.Default, "sm_80");
        _compiler.Compile(s_source, CompileOptions.Default, "sm_90a");
        _compiler.Compile(s_source, new CompileOptions { FastMath = true }, "sm_80");
        _compiler.Compile(s_source, new CompileOptions { Kernels = ["saxpy<float>"] }, "sm_80");
        _compiler.Compile(KernelSource.FromString("other.cu", s_source.Text), CompileOptions.Default, "sm_80");
        Assert.Equal(5, _nvrtc.Compilations);
        _compiler.Compile(s_source, new CompileOptions { Architecture = "sm_80" }, "sm_90a");
        Assert.Equal(5, _nvrtc.Compilations);
    }
}
