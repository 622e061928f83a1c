namespace CudaKernels;

/// <summary>The result of a compilation: code to load, and how the kernels in it are called.</summary>
public sealed class CompiledImage
{
    internal CompiledImage(byte[] image, ImageFormat format, string target, IReadOnlyDictionary<string, string> loweredNames, string log,
        IReadOnlyDictionary<string, KernelSignature> signatures, bool isFromCache)
    {
        Image = image;
        Format = format;
        Target = target;
        LoweredNames = loweredNames;
        Log = log;
        Signatures = signatures;
        IsFromCache = isFromCache;
    }

    /// <summary>The bytes, as cuLibraryLoadData takes them. Shared: do not write to it.</summary>
    public byte[] Image { get; }

    /// <summary>What the bytes are.</summary>
    public ImageFormat Format { get; }

    /// <summary>Whether the bytes are machine code rather than PTX or LTO-IR.</summary>
    public bool IsCubin => Format == ImageFormat.Cubin;

    /// <summary>The architecture it was made for, such as <c>sm_90a</c>.</summary>
    public string Target { get; }

    /// <summary>The symbol of each kernel that <see cref="CompileOptions.Kernels"/> listed, by its name expression.</summary>
    public IReadOnlyDictionary<string, string> LoweredNames { get; }

    /// <summary>The compiler's log: warnings, and what <c>--ptxas-options=-v</c> prints; empty when it said nothing.</summary>
    public string Log { get; }

    /// <summary>The parameters of each listed kernel, by its name expression, and of the source's <c>extern "C"</c> kernels, by name; one whose parameters are not known is absent.</summary>
    public IReadOnlyDictionary<string, KernelSignature> Signatures { get; }

    /// <summary>Whether the image was read from the disk cache.</summary>
    public bool IsFromCache { get; }

    /// <summary>The listed name expression that a name is, whatever white space stands in either; the name itself where there is none.</summary>
    internal string FindExpression(string name)
    {
        if (LoweredNames.ContainsKey(name) || Signatures.ContainsKey(name))
            return name;
        var compact = NameExpression.Compact(name);
        return LoweredNames.Keys.FirstOrDefault(listed => NameExpression.Compact(listed) == compact) ?? name;
    }

    /// <summary>The parameters of a kernel, by name expression or symbol; null when not known.</summary>
    public KernelSignature? FindSignature(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Signatures.TryGetValue(FindExpression(name), out var signature) ? signature : KernelSignature.FromLoweredName(name);
    }
}
