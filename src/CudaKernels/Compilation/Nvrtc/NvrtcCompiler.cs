using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>Compiles CUDA C++ with NVRTC. Needs no GPU; any thread may call.</summary>
/// <remarks>
/// The same source with the same options and target is compiled once per instance, also when many threads ask at the same
/// time, and once per machine where a <see cref="KernelCache"/> is given.
/// </remarks>
public sealed unsafe class NvrtcCompiler
{
    private const string KeySchema = "CudaKernels image 1";
    private const long MaxRememberedBytes = 64L << 20;
    private readonly NvrtcApi _api;
    private readonly KernelCache? _cache;
    private readonly ToolkitHeaders? _toolkit;
    private readonly Lazy<Version> _version;
    private readonly Lazy<IReadOnlyList<int>> _supported;
    private readonly Lazy<string> _build;
    private readonly ConcurrentDictionary<string, Lazy<CompiledImage>> _images = new(StringComparer.Ordinal);
    private long _rememberedBytes;

    /// <summary>Makes a compiler over a table of NVRTC's functions. Nothing is called yet.</summary>
    /// <param name="api">The functions: the real NVRTC's, or the software device's.</param>
    /// <param name="cache">Where images are kept between processes; null keeps none on disk.</param>
    /// <param name="build">What sets this compiler's build apart from others of the same version; null reads it from the PTX of an empty program, once.</param>
    /// <param name="searchToolkit">Whether the headers of an installed CUDA toolkit are offered to sources that include any in angle brackets.</param>
    public NvrtcCompiler(NvrtcApi api, KernelCache? cache = null, string? build = null, bool searchToolkit = true)
        : this(api, cache, build, searchToolkit ? null : ToolkitHeaders.None)
    {
    }

    internal NvrtcCompiler(NvrtcApi api, KernelCache? cache, string? build, ToolkitHeaders? toolkit)
    {
        ArgumentNullException.ThrowIfNull(api);
        _api = api;
        _cache = cache;
        _toolkit = toolkit;
        _version = new Lazy<Version>(ReadVersion);
        _supported = new Lazy<IReadOnlyList<int>>(ReadSupported);
        _build = build is null ? new Lazy<string>(ProbeBuild) : new Lazy<string>(build);
    }

    /// <summary>NVRTC's version, such as 12.8.</summary>
    /// <exception cref="CudaException">NVRTC refused to tell.</exception>
    public Version Version => _version.Value;

    /// <summary>The architectures that this NVRTC compiles for, as numbers such as 90, ascending.</summary>
    /// <exception cref="CudaException">NVRTC refused to tell.</exception>
    public IReadOnlyList<int> SupportedArchitectures => _supported.Value;

    /// <summary>What sets this compiler's build apart from others of its version.</summary>
    internal string Build => _build.Value;

    /// <summary>The disk cache; null when there is none.</summary>
    public KernelCache? Cache => _cache;

    /// <summary>The target for a device of a compute capability; see <see cref="CompileTarget.For"/>.</summary>
    /// <exception cref="CudaNotSupportedException">The device is older than everything this NVRTC knows.</exception>
    public CompileTarget TargetFor(int major, int minor) => CompileTarget.For(major, minor, SupportedArchitectures);

    /// <summary>Compiles a source, or takes the image from memory or the disk cache.</summary>
    /// <param name="source">The source.</param>
    /// <param name="options">The options; <see cref="CompileOptions.Architecture"/> goes before <paramref name="target"/>.</param>
    /// <param name="target">The architecture otherwise.</param>
    /// <exception cref="NvrtcCompilationException">The source does not compile, or NVRTC failed.</exception>
    /// <exception cref="CudaNotSupportedException">An option needs a newer NVRTC.</exception>
    public CompiledImage Compile(KernelSource source, CompileOptions options, CompileTarget target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(target);
        var job = Prepare(source, options, options.Architecture ?? target);
        var image = _images.GetOrAdd(job.Key, _ => new Lazy<CompiledImage>(() => Produce(job)));
        try
        {
            return image.Value;
        }
        catch
        {
            // A failure is not remembered: a header may be mended, or memory come free.
            _images.TryRemove(new KeyValuePair<string, Lazy<CompiledImage>>(job.Key, image));
            throw;
        }
    }

    private CompileJob Prepare(KernelSource source, CompileOptions options, CompileTarget target)
    {
        var resolved = IncludeResolver.Resolve(source, options.IncludePaths, () => Toolkit.Folders);
        var arguments = options.ToArguments(Version, target).ToList();
        if (resolved.LeavesIncludesToCompiler)
            arguments.AddRange(Toolkit.Folders.Select(folder => "--include-path=" + folder));
        var format = options.Dlto ? ImageFormat.LtoIr : target.IsCubin ? ImageFormat.Cubin : ImageFormat.Ptx;
        return new CompileJob(resolved, options, arguments, target, format, KeyOf(resolved, options, arguments, target));
    }

    private ToolkitHeaders Toolkit => _toolkit ?? ToolkitHeaders.Installed;

    private string KeyOf(ResolvedSource source, CompileOptions options, List<string> arguments, CompileTarget target)
    {
        using var key = new CacheKey();
        key.Add(KeySchema).Add(Version.ToString()).Add(_cache?.Folder is null ? "" : Build);
        key.Add(RuntimeInformation.ProcessArchitecture.ToString()).Add(OperatingSystem.IsWindows() ? "windows" : "unix"); // the size of long
        key.Add(target.ToString()).Add(source.Name).Add(source.Text);
        key.Add([.. source.Headers.Select(header => header.Name)]);
        foreach (var header in source.Headers)
            key.Add(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(header.Text)));
        key.Add([.. source.ExternalFiles.Select(file => file.Path)]);
        foreach (var (_, digest) in source.ExternalFiles)
            key.Add(digest);
        return key.Add(arguments).Add([.. options.Kernels.Order(StringComparer.Ordinal)]).Finish();
    }

    private CompiledImage Produce(CompileJob job)
    {
        var kept = _cache?.TryRead(job.Key);
        var entry = kept ?? Run(job);
        if (kept is null)
            _cache?.Write(job.Key, entry);
        // Old images leave memory in bulk: modules hold what is in use, and the disk has the rest.
        if (Interlocked.Add(ref _rememberedBytes, entry.Image.Length) > MaxRememberedBytes)
        {
            _images.Clear();
            Interlocked.Exchange(ref _rememberedBytes, entry.Image.Length);
        }

        return new CompiledImage(entry.Image, entry.Format, entry.Target, entry.LoweredNames, entry.Log, SignaturesOf(job, entry), kept is not null);
    }

    private static Dictionary<string, KernelSignature> SignaturesOf(CompileJob job, CacheEntry entry)
    {
        var signatures = new Dictionary<string, KernelSignature>(KernelSignature.FromSource([job.Source.Text, .. job.Source.Headers.Select(header => header.Text)]), StringComparer.Ordinal);
        foreach (var (expression, lowered) in entry.LoweredNames)
        {
            if (KernelSignature.FromLoweredName(lowered) is { } signature)
                signatures[expression] = signature;
            else if (lowered != expression && signatures.TryGetValue(lowered, out var ofSource))
                signatures[expression] = ofSource;
        }

        return signatures;
    }

    private CacheEntry Run(CompileJob job)
    {
        using var program = new NvrtcProgram(_api);
        var source = job.Source;
        Check(program.Create(source.Name, source.Text, [.. source.Headers.Select(header => header.Name)], [.. source.Headers.Select(header => header.Text)]), "nvrtcCreateProgram");
        foreach (var expression in job.Options.Kernels)
            Check(program.AddNameExpression(expression), $"nvrtcAddNameExpression(\"{expression}\")");
        Check(program.Compile(job.Arguments), "nvrtcCompileProgram");
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var expression in job.Options.Kernels)
        {
            Check(program.TryGetLoweredName(expression, out var lowered), $"nvrtcGetLoweredName(\"{expression}\")");
            names.Add(expression, lowered);
        }

        Check(program.TryGetImage(job.Format, out var image), $"reading the {job.Format} image");
        return new CacheEntry(job.Format, job.Target.ToString(), names, program.ReadLog(), image);

        void Check(nvrtcResult result, string call)
        {
            if (result != nvrtcResult.NVRTC_SUCCESS)
                throw NvrtcFailure.Make(_api, call, result, source, job.Arguments, program.ReadLog(), Version.ToString());
        }
    }

    private Version ReadVersion()
    {
        int major, minor;
        var result = _api.nvrtcVersion(&major, &minor);
        return result == nvrtcResult.NVRTC_SUCCESS ? new Version(major, minor) : throw NvrtcFailure.Make(_api, "nvrtcVersion", result);
    }

    private IReadOnlyList<int> ReadSupported()
    {
        int count;
        var result = _api.nvrtcGetNumSupportedArchs(&count);
        if (result != nvrtcResult.NVRTC_SUCCESS)
            throw NvrtcFailure.Make(_api, "nvrtcGetNumSupportedArchs", result);
        var architectures = new int[count];
        fixed (int* first = architectures)
            result = _api.nvrtcGetSupportedArchs(first);
        if (result != nvrtcResult.NVRTC_SUCCESS)
            throw NvrtcFailure.Make(_api, "nvrtcGetSupportedArchs", result);
        Array.Sort(architectures);
        return architectures;
    }

    /// <summary>
    /// NVRTC's version has no patch number, and a patch can change the code; the comment that heads its PTX names the exact
    /// build. Empty when the probe fails: the version then stands alone in the key.
    /// </summary>
    private string ProbeBuild()
    {
        using var program = new NvrtcProgram(_api);
        if (program.Create("probe.cu", "", [], []) != nvrtcResult.NVRTC_SUCCESS
            || program.Compile([]) != nvrtcResult.NVRTC_SUCCESS
            || program.TryGetImage(ImageFormat.Ptx, out var ptx) != nvrtcResult.NVRTC_SUCCESS)
            return "";
        var lines = System.Text.Encoding.UTF8.GetString(ptx).Split('\n');
        return string.Join('\n', lines.TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal) || string.IsNullOrWhiteSpace(line))).Trim();
    }

    /// <summary>A compilation made ready: everything that decides its result.</summary>
    private sealed record CompileJob(ResolvedSource Source, CompileOptions Options, IReadOnlyList<string> Arguments, CompileTarget Target, ImageFormat Format, string Key);
}
