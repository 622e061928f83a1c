using System.Diagnostics;
using CudaKernels.Catalog;

namespace CudaKernels.Cli.Bench.Latency;

/// <summary>How long one instance of a kernel file takes to compile, to be found in the disk cache by a new process, and to be loaded.</summary>
internal sealed class CompileTimes
{
    private const string CompilerBuild = "latency";
    private readonly LatencyLab _lab;
    private readonly KernelSource _source;
    private readonly CompileOptions _options;
    private readonly string _kernel;

    private CompileTimes(LatencyLab lab, string file, string kernel)
    {
        (_lab, _kernel) = (lab, kernel);
        _source = KernelSource.FromResource(file);
        _options = new CompileOptions { Kernels = [OpKernels.Expressions(file).Single(expression => expression == kernel)] };
    }

    /// <summary>From the source to the image, with the files it includes.</summary>
    public static LatencyContest Compile(LatencyLab lab, string file, string kernel)
    {
        var times = new CompileTimes(lab, file, kernel);
        return new LatencyContest(times.Compile, Turns.OfCompilations);
    }

    /// <summary>From the source to the image where the disk cache holds it: the includes are read and hashed, the image is read and its checksum compared.</summary>
    public static LatencyContest FromCache(LatencyLab lab, string file, string kernel)
    {
        var times = new CompileTimes(lab, file, kernel);
        times.Image();
        return new LatencyContest(times.FromCache, Turns.OfCalls);
    }

    /// <summary>From the image to a kernel that can be launched.</summary>
    public static LatencyContest Load(LatencyLab lab, string file, string kernel)
    {
        var times = new CompileTimes(lab, file, kernel);
        var image = times.Image();
        return new LatencyContest(() => times.Load(image), Turns.OfCalls);
    }

    // A macro that no other compilation has: whatever caches there are, none of them knows the result.
    private double Compile()
    {
        var options = _options with { Defines = new Dictionary<string, string?> { ["CK_LATENCY"] = $"\"{Guid.NewGuid():N}\"" } };
        var compiler = Compiler(null);
        var target = Target(compiler);
        var start = Stopwatch.GetTimestamp();
        compiler.Compile(_source, options, target);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private double FromCache()
    {
        // A new compiler each time: one that has compiled a source remembers the image.
        var compiler = Compiler(Cache());
        var target = Target(compiler);
        var start = Stopwatch.GetTimestamp();
        var image = compiler.Compile(_source, _options, target);
        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return image.IsFromCache ? time : throw new InvalidDataException($"the cache has lost {_kernel}");
    }

    private double Load(CompiledImage image)
    {
        var start = Stopwatch.GetTimestamp();
        using var module = _lab.Cuda!.LoadModule(image, _source.Name);
        module.GetKernel(_kernel);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private CompiledImage Image()
    {
        var compiler = Compiler(Cache());
        return compiler.Compile(_source, _options, Target(compiler));
    }

    private NvrtcCompiler Compiler(KernelCache? cache) => new(_lab.Nvrtc, cache, CompilerBuild, searchToolkit: false);

    private KernelCache Cache() => new(Path.Combine(_lab.Folder, "images"));

    private CompileTarget Target(NvrtcCompiler compiler) => compiler.TargetFor(_lab.Capability.Major, _lab.Capability.Minor);
}
