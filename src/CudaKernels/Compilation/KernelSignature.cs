namespace CudaKernels;

/// <summary>The parameters of a kernel, as far as its name or its source tells them.</summary>
/// <remarks>
/// Names of C++ kernels carry their parameter types (the Itanium mangling that NVRTC lowers name expressions to); those of
/// <c>extern "C"</c> kernels do not, so for these the source is read. The driver itself only tells offsets and sizes.
/// </remarks>
public sealed class KernelSignature
{
    internal KernelSignature(IReadOnlyList<KernelParameter> parameters) => Parameters = parameters;

    /// <summary>The parameters in the kernel's order.</summary>
    public IReadOnlyList<KernelParameter> Parameters { get; }

    /// <summary>Reads the parameters out of a mangled name, such as <c>_Z5saxpyIfEvPT_PKS0_x</c>.</summary>
    /// <returns>Null when the name is not mangled (<c>extern "C"</c>) or uses a construct that is not read.</returns>
    public static KernelSignature? FromLoweredName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new MangledName(name).TryReadParameters() is { } parameters ? new KernelSignature(parameters) : null;
    }

    /// <summary>Reads the parameters of every <c>extern "C"</c> kernel that the texts define or declare.</summary>
    internal static IReadOnlyDictionary<string, KernelSignature> FromSource(params IEnumerable<string> texts) => SourceSignatures.Read(texts);

    /// <summary>The parameter list in C++ spelling: <c>(float*, const float*, long long)</c>.</summary>
    public override string ToString() => $"({string.Join(", ", Parameters.Select(parameter => parameter.TypeName))})";
}
