namespace CudaKernels.Interop;

/// <summary>The native libraries of this process, found with the default options and loaded once.</summary>
public static class NativeLibraries
{
    /// <summary>The finder that the methods of this class share. Making it looks at nothing yet.</summary>
    public static NativeLibraryFinder Finder { get; } = new();

    /// <summary>Finds a library and loads it; a library that is not there is an answer, not an exception.</summary>
    /// <param name="kind">The library.</param>
    public static NativeLibraryResult Find(NativeLibraryKind kind) => Finder.Find(kind);

    /// <summary>The functions of the CUDA driver, for <see cref="DriverApi"/>.</summary>
    /// <exception cref="CudaLibraryNotFoundException">There is no driver; the message lists every place looked at with its reason.</exception>
    public static LibrarySymbolSource OpenDriver() => Finder.Open(NativeLibraryKind.Driver);

    /// <summary>The functions of NVRTC, for <see cref="NvrtcApi"/>.</summary>
    /// <exception cref="CudaLibraryNotFoundException">The library was not found; the message lists every place looked at with its reason.</exception>
    public static LibrarySymbolSource OpenNvrtc() => Finder.Open(NativeLibraryKind.Nvrtc);

    /// <summary>The functions of cuBLAS, for <see cref="CublasApi"/>.</summary>
    /// <exception cref="CudaLibraryNotFoundException">The library was not found; the message lists every place looked at with its reason.</exception>
    public static LibrarySymbolSource OpenCublas() => Finder.Open(NativeLibraryKind.Cublas);

    /// <summary>The functions of cuBLASLt, for <see cref="CublasLtApi"/>.</summary>
    /// <exception cref="CudaLibraryNotFoundException">The library was not found; the message lists every place looked at with its reason.</exception>
    public static LibrarySymbolSource OpenCublasLt() => Finder.Open(NativeLibraryKind.CublasLt);

    /// <summary>The functions of NVML, for <see cref="NvmlApi"/>.</summary>
    /// <exception cref="CudaLibraryNotFoundException">The library was not found; the message lists every place looked at with its reason.</exception>
    public static LibrarySymbolSource OpenNvml() => Finder.Open(NativeLibraryKind.Nvml);

    /// <summary>The functions of NCCL, for <see cref="NcclApi"/>.</summary>
    /// <exception cref="CudaLibraryNotFoundException">The library was not found; the message lists every place looked at with its reason.</exception>
    public static LibrarySymbolSource OpenNccl() => Finder.Open(NativeLibraryKind.Nccl);
}
