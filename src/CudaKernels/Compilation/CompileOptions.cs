using System.Collections.ObjectModel;
using System.Globalization;

namespace CudaKernels;

/// <summary>How a source is compiled. Immutable; every value is checked where it is set, and every one is part of the cache key.</summary>
/// <remarks>An option left at null is not passed, so NVRTC's own default holds.</remarks>
public sealed partial record CompileOptions
{
    private const string MinimalSince = "12.4";

    /// <summary>No option set: C++20 for the device's own architecture.</summary>
    public static CompileOptions Default { get; } = new();

    /// <summary>The kernels to instantiate, as name expressions: <c>saxpy&lt;float&gt;</c>, <c>math::scale</c>. Duplicates count once.</summary>
    /// <remarks><c>extern "C"</c> kernels need not be listed; a template that is not listed is not compiled.</remarks>
    /// <exception cref="ArgumentException">An expression is empty or contains a NUL character.</exception>
    public IReadOnlyList<string> Kernels
    {
        get;
        init => field = CheckedTexts(value, nameof(Kernels)).Distinct(StringComparer.Ordinal).ToArray().AsReadOnly();
    } = [];

    /// <summary>Macros to define, <c>--define-macro=NAME=VALUE</c>; a null value defines the name alone (as 1). Passed in the order of their names.</summary>
    /// <exception cref="ArgumentException">A name is not a C identifier, or a value contains a line break or NUL.</exception>
    public IReadOnlyDictionary<string, string?> Defines
    {
        get;
        init => field = CheckedDefines(value);
    } = ReadOnlyDictionary<string, string?>.Empty;

    /// <summary>Folders to search for includes, <c>--include-path=FOLDER</c>; relative ones start from the current folder when the options are made.</summary>
    /// <exception cref="ArgumentException">A path is empty or contains a NUL character.</exception>
    public IReadOnlyList<string> IncludePaths
    {
        get;
        init => field = CheckedTexts(value, nameof(IncludePaths)).Select(Path.GetFullPath).ToArray().AsReadOnly();
    } = [];

    /// <summary>The architecture, <c>--gpu-architecture=sm_90a</c>; null for the device's own. A string converts: <c>Architecture = "compute_75"</c>.</summary>
    public CompileTarget? Architecture { get; init; }

    /// <summary>The C++ standard, <c>--std=c++20</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the standards.</exception>
    public LanguageStandard Standard
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Standard), value, "not a C++ standard that NVRTC takes");
    } = LanguageStandard.Cpp20;

    /// <summary>Line numbers in the code, <c>--generate-line-info</c>: profilers then show source lines. Costs no speed.</summary>
    public bool LineInfo { get; init; }

    /// <summary>Debug code, <c>--device-debug</c>: unoptimised, with line numbers; for cuda-gdb only.</summary>
    public bool Debug { get; init; }

    /// <summary>The most registers a thread may use, <c>--maxrregcount=N</c>: fewer let more threads run at once, and may spill to memory. NVRTC raises it to what the calling convention needs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 1 to 255.</exception>
    public int? MaxRegisters
    {
        get;
        init => field = value is null or (>= 1 and <= 255) ? value : throw new ArgumentOutOfRangeException(nameof(MaxRegisters), value, "a thread has at most 255 registers");
    }

    /// <summary>Whether a*b+c becomes one fused multiply-add, <c>--fmad=true|false</c>. NVRTC's default is true.</summary>
    public bool? Fmad { get; init; }

    /// <summary>Whether single-precision subnormals are flushed to zero, <c>--ftz=true|false</c>. NVRTC's default is false.</summary>
    public bool? Ftz { get; init; }

    /// <summary>Whether single-precision division is correctly rounded, <c>--prec-div=true|false</c>. NVRTC's default is true.</summary>
    public bool? PrecDiv { get; init; }

    /// <summary>Whether single-precision square root is correctly rounded, <c>--prec-sqrt=true|false</c>. NVRTC's default is true.</summary>
    public bool? PrecSqrt { get; init; }

    /// <summary>Fast, inexact single-precision arithmetic, <c>--use_fast_math</c>: flushes subnormals, approximates division, roots and functions. Off unless asked for.</summary>
    public bool FastMath { get; init; }

    /// <summary>Functions without an annotation are device functions, <c>--device-as-default-execution-space</c>.</summary>
    public bool DefaultDevice { get; init; }

    /// <summary>Leaves out NVRTC's own preamble where it can, <c>--minimal</c>: small kernels compile faster. Needs NVRTC 12.4.</summary>
    public bool Minimal { get; init; }

    /// <summary>Optimises in this many threads, <c>--split-compile=N</c>; 0 takes as many as the machine has processors.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int? SplitCompile
    {
        get;
        init => field = value is null or >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(SplitCompile), value, "a thread count, or 0 for all processors");
    }

    /// <summary>
    /// Makes LTO-IR instead of code, <c>--dlto</c>; the image is then <see cref="ImageFormat.LtoIr"/>. For programs that link it by their own calls of
    /// nvJitLink, from the bytes of <see cref="CompiledImage.Image"/>: this library has no linker, and refuses to load such an image.
    /// </summary>
    public bool Dlto { get; init; }

    /// <summary>Options for the assembler, each passed as <c>--ptxas-options=TEXT</c>, such as <c>-v</c> or <c>--allow-expensive-optimizations=true</c>.</summary>
    /// <exception cref="ArgumentException">An option is empty or contains a NUL character.</exception>
    public IReadOnlyList<string> PtxasOptions
    {
        get;
        init => field = CheckedTexts(value, nameof(PtxasOptions)).ToArray().AsReadOnly();
    } = [];

    /// <summary>Further options, passed word for word after all others.</summary>
    /// <exception cref="ArgumentException">An option is empty or contains a NUL character.</exception>
    public IReadOnlyList<string> Additional
    {
        get;
        init => field = CheckedTexts(value, nameof(Additional)).ToArray().AsReadOnly();
    } = [];

    /// <summary>The options as NVRTC takes them.</summary>
    /// <param name="nvrtcVersion">The compiler's version: an option that it lacks is refused here, not dropped.</param>
    /// <param name="target">The architecture when <see cref="Architecture"/> is null; null for none, so that NVRTC takes its own default.</param>
    /// <exception cref="CudaNotSupportedException"><see cref="Minimal"/> on an NVRTC older than 12.4.</exception>
    public IReadOnlyList<string> ToArguments(Version nvrtcVersion, CompileTarget? target = null)
    {
        ArgumentNullException.ThrowIfNull(nvrtcVersion);
        if (Minimal && nvrtcVersion < Version.Parse(MinimalSince))
            throw new CudaNotSupportedException($"CompileOptions.Minimal needs NVRTC {MinimalSince}, this one is {nvrtcVersion.ToString(2)}");
        var arguments = new List<string>();
        if ((Architecture ?? target) is { } architecture)
            arguments.Add($"--gpu-architecture={architecture}");
        arguments.Add(Text($"--std=c++{(int)Standard}"));
        AddIf(LineInfo, "--generate-line-info");
        AddIf(Debug, "--device-debug");
        if (MaxRegisters is { } registers)
            arguments.Add(Text($"--maxrregcount={registers}"));
        AddSwitch(Fmad, "--fmad");
        AddSwitch(Ftz, "--ftz");
        AddSwitch(PrecDiv, "--prec-div");
        AddSwitch(PrecSqrt, "--prec-sqrt");
        AddIf(FastMath, "--use_fast_math");
        AddIf(DefaultDevice, "--device-as-default-execution-space");
        AddIf(Minimal, "--minimal");
        if (SplitCompile is { } threads)
            arguments.Add(Text($"--split-compile={threads}"));
        AddIf(Dlto, "--dlto");
        foreach (var option in PtxasOptions)
            arguments.Add("--ptxas-options=" + option);
        foreach (var (name, value) in Defines)
            arguments.Add(value is null ? "--define-macro=" + name : $"--define-macro={name}={value}");
        foreach (var folder in IncludePaths)
            arguments.Add("--include-path=" + folder);
        arguments.AddRange(Additional);
        return arguments;

        void AddIf(bool condition, string argument)
        {
            if (condition)
                arguments.Add(argument);
        }

        void AddSwitch(bool? value, string name)
        {
            if (value is { } on)
                arguments.Add(name + (on ? "=true" : "=false"));
        }

        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}
