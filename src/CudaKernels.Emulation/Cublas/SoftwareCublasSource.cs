using CudaKernels.Emulation;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>The functions of the software cuBLAS: matrix products, computed by the host in stream order.</summary>
internal sealed class SoftwareCublasSource : ISymbolSource
{
    private static readonly Dictionary<string, nint> s_entries = Collect();

    /// <inheritdoc/>
    public SymbolLookup Find(in NativeFunction function) => function.Library == "cublas" && s_entries.TryGetValue(function.Name, out var address)
        ? SymbolLookup.Found(address)
        : SymbolLookup.Missing($"the software CUDA device does not provide {function.Name}");

    private static Dictionary<string, nint> Collect()
    {
        var table = new Dictionary<string, nint>(StringComparer.Ordinal);
        HandleEntries.AddTo(table);
        GemmEntries.AddTo(table);
        return table;
    }
}
