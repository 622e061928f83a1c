using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>Where a device takes its native functions from: the real libraries, or another implementation of them.</summary>
/// <param name="Driver">The functions of the CUDA driver.</param>
/// <param name="Nvrtc">The functions of NVRTC.</param>
/// <param name="Cublas">The functions of cuBLAS; null when there are none.</param>
/// <param name="Kind">What stands behind the device.</param>
/// <param name="Id">The device's short name, such as <c>cuda:0</c>.</param>
public sealed record CudaDeviceSources(ISymbolSource Driver, ISymbolSource Nvrtc, ISymbolSource? Cublas, DeviceKind Kind, string Id)
{
    /// <summary>The functions of cuBLASLt; null when there are none.</summary>
    public ISymbolSource? CublasLt { get; init; }

    /// <summary>Whether all instances of a kernel file are compiled at once: right where the compiler's start-up costs more than an instance.</summary>
    public bool CompilesInBulk { get; init; }

    /// <summary>Options that every compilation for the device gets beside its own.</summary>
    public IReadOnlyList<string> CompilerOptions { get; init; } = [];

    /// <summary>Gives what sets the compiler's build apart from others of its version, for the key of the disk cache, when the first kernel is compiled; null to ask the compiler.</summary>
    public Func<string>? CompilerBuild { get; init; }

    internal static CudaDeviceSources Native(int ordinal) => new(
        NativeLibraries.OpenDriver(),
        new DeferredSource(NativeLibraryKind.Nvrtc),
        new DeferredSource(NativeLibraryKind.Cublas),
        DeviceKind.Cuda,
        FormattableString.Invariant($"cuda:{ordinal}"))
    {
        CublasLt = new DeferredSource(NativeLibraryKind.CublasLt),
    };
}
