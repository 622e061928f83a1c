using CudaKernels.Emulation;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>The functions of the software NVRTC, which compiles with the host's C++ compiler.</summary>
internal sealed class SoftwareNvrtcSource : ISymbolSource
{
    private static readonly Dictionary<string, nint> s_entries = Collect();

    /// <inheritdoc/>
    public SymbolLookup Find(in NativeFunction function) => function.Library == "nvrtc" && s_entries.TryGetValue(function.Name, out var address)
        ? SymbolLookup.Found(address)
        : SymbolLookup.Missing($"the software CUDA device does not provide {function.Name}");

    private static Dictionary<string, nint> Collect()
    {
        var table = new Dictionary<string, nint>(StringComparer.Ordinal);
        NvrtcEntries.AddTo(table);
        return table;
    }
}
