namespace CudaKernels.Tests;

public sealed class CompileOptionsTests
{
    private static readonly Version s_version = new(12, 8);

    public static TheoryData<string, CompileOptions> SingleOptions => new()
    {
        { "--gpu-architecture=sm_90a", new CompileOptions { Architecture = "sm_90a" } },
        { "--gpu-architecture=compute_75", new CompileOptions { Architecture = CompileTarget.Parse("compute_75") } },
        { "--generate-line-info", new CompileOptions { LineInfo = true } },
        { "--device-debug", new CompileOptions { Debug = true } },
        { "--maxrregcount=64", new CompileOptions { MaxRegisters = 64 } },
        { "--fmad=true", new CompileOptions { Fmad = true } },
        { "--fmad=false", new CompileOptions { Fmad = false } },
        { "--ftz=true", new CompileOptions { Ftz = true } },
        { "--ftz=false", new CompileOptions { Ftz = false } },
        { "--prec-div=true", new CompileOptions { PrecDiv = true } },
        { "--prec-div=false", new CompileOptions { PrecDiv = false } },
        { "--prec-sqrt=true", new CompileOptions { PrecSqrt = true } },
        { "--prec-sqrt=false", new CompileOptions { PrecSqrt = false } },
        { "--use_fast_math", new CompileOptions { FastMath = true } },
        { "--device-as-default-execution-space", new CompileOptions { DefaultDevice = true } },
        { "--minimal", new CompileOptions { Minimal = true } },
        { "--split-compile=0", new CompileOptions { SplitCompile = 0 } },
        { "--split-compile=4", new CompileOptions { SplitCompile = 4 } },
        { "--dlto", new CompileOptions { Dlto = true } },
        { "--ptxas-options=-v", new CompileOptions { PtxasOptions = ["-v"] } },
        { "--define-macro=TILE=16", new CompileOptions { Defines = new Dictionary<string, string?> { ["TILE"] = "16" } } },
        { "--define-macro=CHECKED", new CompileOptions { Defines = new Dictionary<string, string?> { ["CHECKED"] = null } } },
        { "--define-macro=EMPTY=", new CompileOptions { Defines = new Dictionary<string, string?> { ["EMPTY"] = "" } } },
        { "--include-path=" + Path.GetFullPath("headers"), new CompileOptions { IncludePaths = ["headers"] } },
        { "--restrict", new CompileOptions { Additional = ["--restrict"] } },
    };

    [Fact]
    public void Default_options_set_the_standard_alone()
    {
        Assert.Equal(["--std=c++20"], CompileOptions.Default.ToArguments(s_version));
        Assert.Equal(["--gpu-architecture=sm_86", "--std=c++20"], CompileOptions.Default.ToArguments(s_version, "sm_86"));
    }

    [Theory]
    [MemberData(nameof(SingleOptions))]
    public void Each_option_is_passed_as_one_exact_text(string expected, CompileOptions options)
    {
        Assert.Equal([expected], options.ToArguments(s_version).Where(argument => argument != "--std=c++20"));
    }

    [Theory]
    [InlineData(LanguageStandard.Cpp11, "--std=c++11")]
    [InlineData(LanguageStandard.Cpp14, "--std=c++14")]
    [InlineData(LanguageStandard.Cpp17, "--std=c++17")]
    [InlineData(LanguageStandard.Cpp20, "--std=c++20")]
    public void Standard_is_passed(LanguageStandard standard, string expected)
    {
        Assert.Equal([expected], new CompileOptions { Standard = standard }.ToArguments(s_version));
    }

    [Fact]
    public void Own_architecture_goes_before_the_device_s()
    {
        Assert.Equal("--gpu-architecture=sm_80", new CompileOptions { Architecture = "sm_80" }.ToArguments(s_version, "sm_90a")[0]);
    }

    [Fact]
    public void Many_options_keep_one_order()
    {
        var options = new CompileOptions
        {
            Additional = ["--restrict"],
            IncludePaths = ["/b", "/a"],
            Defines = new Dictionary<string, string?> { ["Z"] = "1", ["A"] = "2" },
            PtxasOptions = ["-v", "--warn-on-spills"],
            LineInfo = true,
        };
        Assert.Equal(
            ["--std=c++20", "--generate-line-info", "--ptxas-options=-v", "--ptxas-options=--warn-on-spills", "--define-macro=A=2", "--define-macro=Z=1",
                "--include-path=" + Path.GetFullPath("/b"), "--include-path=" + Path.GetFullPath("/a"), "--restrict"],
            options.ToArguments(s_version));
    }

    [Fact]
    public void Minimal_names_the_version_it_needs()
    {
        var failure = Assert.Throws<CudaNotSupportedException>(() => new CompileOptions { Minimal = true }.ToArguments(new Version(12, 2)));
        Assert.Contains("12.4", failure.Message, StringComparison.Ordinal);
        Assert.Contains("12.2", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--minimal", new CompileOptions { Minimal = true }.ToArguments(new Version(12, 4)));
    }

    [Fact]
    public void Bad_values_are_refused_where_they_are_set()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CompileOptions { MaxRegisters = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CompileOptions { MaxRegisters = 256 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CompileOptions { SplitCompile = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CompileOptions { Standard = (LanguageStandard)3 });
        Assert.Throws<ArgumentException>(() => new CompileOptions { Kernels = ["a", " "] });
        Assert.Throws<ArgumentException>(() => new CompileOptions { Kernels = ["a\0b"] });
        Assert.Throws<ArgumentException>(() => new CompileOptions { Additional = [""] });
        Assert.Throws<ArgumentException>(() => new CompileOptions { PtxasOptions = [""] });
        Assert.Throws<ArgumentException>(() => new CompileOptions { IncludePaths = [""] });
        Assert.Throws<ArgumentNullException>(() => new CompileOptions { IncludePaths = null! });
        Assert.Throws<FormatException>(() => new CompileOptions { Architecture = "sm90" });
    }

    [Theory]
    [InlineData("")]
    [InlineData("2N")]
    [InlineData("A B")]
    [InlineData("F(x)")]
    [InlineData("N=1")]
    public void Macro_names_are_identifiers(string name)
    {
        var failure = Assert.Throws<ArgumentException>(() => new CompileOptions { Defines = new Dictionary<string, string?> { [name] = "1" } });
        Assert.Contains($"'{name}'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Macro_values_hold_no_line_break()
    {
        Assert.Throws<ArgumentException>(() => new CompileOptions { Defines = new Dictionary<string, string?> { ["N"] = "1\n#define M" } });
    }

    [Fact]
    public void The_caller_s_lists_are_copied()
    {
        var kernels = new List<string> { "a" };
        var defines = new Dictionary<string, string?> { ["N"] = "1" };
        var options = new CompileOptions { Kernels = kernels, Defines = defines };
        kernels.Add("b");
        defines["N"] = "2";
        Assert.Equal(["a"], options.Kernels);
        Assert.Equal("1", options.Defines["N"]);
    }

    [Fact]
    public void Duplicate_kernels_count_once()
    {
        Assert.Equal(["a", "b"], new CompileOptions { Kernels = ["a", "b", "a"] }.Kernels);
    }

    [Fact]
    public void Equality_is_by_content()
    {
        var one = new CompileOptions { Kernels = ["a", "b"], Defines = new Dictionary<string, string?> { ["N"] = "1", ["M"] = null } };
        var same = new CompileOptions { Kernels = ["b", "a"], Defines = new Dictionary<string, string?> { ["M"] = null, ["N"] = "1" } };
        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, one with { Kernels = ["a"] });
        Assert.NotEqual(one, one with { FastMath = true });
        Assert.NotEqual(one, one with { Minimal = true });
        Assert.NotEqual(one, one with { Architecture = "sm_80" });
        Assert.NotEqual(one, one with { Standard = LanguageStandard.Cpp17 });
    }
}
