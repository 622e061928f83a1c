namespace CudaKernels;

// Compiling, loading, and the kernels of the operations.
public sealed unsafe partial class CudaDevice
{
    private readonly KernelLibrary _library = new();

    /// <summary>The compiler of this device, with its disk cache.</summary>
    public NvrtcCompiler Compiler => _compiler.Value;

    /// <summary>Whether kernels by wgmma can be made for the device: compute capability 9.0, and an NVRTC that compiles for sm_90a.</summary>
    internal bool HasWgmma => HasWgmmaUnits && _compilesWgmma.Value;

    internal LaunchLimits LaunchLimits { get; }

    private bool HasWgmmaUnits => Specification.ComputeCapability is { Major: 9, Minor: 0 };

    /// <summary>What kernels by wgmma need and this device has not, as the end of a sentence.</summary>
    internal string WithoutWgmma() => HasWgmmaUnits
        ? $"an NVRTC that compiles for sm_90a; this one, {Compiler.Version}, compiles for {string.Join(", ", Compiler.SupportedArchitectures.Select(number => $"sm_{number}"))}"
        : $"compute capability 9.0, {this} has {Specification.ComputeCapability}";

    /// <summary>Compiles a source for this device, or takes it from the cache, and loads it.</summary>
    /// <param name="source">The source.</param>
    /// <param name="options">The options; <see cref="CompileOptions.Kernels"/> lists the template kernels to make. Null for none.</param>
    /// <exception cref="NvrtcCompilationException">The source does not compile; the message holds the log.</exception>
    /// <exception cref="CudaLibraryNotFoundException">There is no NVRTC.</exception>
    /// <exception cref="InvalidOperationException">This thread is capturing a stream.</exception>
    public CudaModule Compile(KernelSource source, CompileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        Enter();
        CaptureSession.RefuseOnThisThread($"compiling {source.Name}");
        options ??= CompileOptions.Default;
        if (options.Dlto)
            throw new ArgumentException("CompileOptions.Dlto makes code for a later link, which cannot be loaded; use Compiler.Compile to get the image", nameof(options));
        using var activity = CudaTelemetry.Activities.StartActivity("cuda.compile")?.SetTag("source", source.Name);
        var capability = Specification.ComputeCapability;
        var target = options.Architecture ?? Compiler.TargetFor(capability.Major, capability.Minor);
        if (_sources.CompilerOptions.Count > 0)
            options = options with { Additional = [.. options.Additional, .. _sources.CompilerOptions] };
        var image = Compiler.Compile(source, options, target);
        activity?.SetTag("cached", image.IsFromCache);
        return CudaModule.Load(this, image.Image, source.Name, image);
    }

    /// <summary>Loads a compiled image: a cubin, a fat binary or PTX.</summary>
    /// <param name="image">The bytes; copied.</param>
    /// <param name="name">What to call it in messages.</param>
    public CudaModule LoadModule(ReadOnlySpan<byte> image, string name = "image")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (image.IsEmpty)
            throw new ArgumentException("the image is empty", nameof(image));
        return CudaModule.Load(this, image, name, null);
    }

    /// <summary>Loads what the compiler made.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">What to call it in messages.</param>
    public CudaModule LoadModule(CompiledImage image, string name = "image")
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (image.Format == ImageFormat.LtoIr)
            throw new ArgumentException("LTO-IR is made for a later link and cannot be loaded", nameof(image));
        return CudaModule.Load(this, image.Image, name, image);
    }

    /// <summary>The kernel of an operation for given element types, compiled and loaded at its first use.</summary>
    internal CudaKernel GetKernel(KernelTemplate template, KernelTypes types) =>
        _library.TryGet(template, types) ?? _library.Load(this, template, types);

    private bool CompilesWgmma()
    {
        try
        {
            var capability = Specification.ComputeCapability;
            return Compiler.TargetFor(capability.Major, capability.Minor) is { IsCubin: true, Suffix: "a" };
        }
        catch (Exception exception) when (exception is CudaLibraryNotFoundException or CudaException)
        {
            // Without a compiler there is no choice: what the kernel's own compilation says tells why.
            return true;
        }
    }
}
