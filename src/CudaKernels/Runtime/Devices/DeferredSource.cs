using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>A native library that is looked for when its first function is called: a device opens without NVRTC and cuBLAS.</summary>
internal sealed class DeferredSource(NativeLibraryKind kind) : ISymbolSource
{
    private readonly Lazy<LibrarySymbolSource> _library = new(() => NativeLibraries.Finder.Open(kind), LazyThreadSafetyMode.PublicationOnly);

    public bool IsFound => NativeLibraries.Find(kind).Found;

    public SymbolLookup Find(in NativeFunction function) => _library.Value.Find(in function);
}
