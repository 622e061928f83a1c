using CudaKernels.Emulation;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>The functions of the software cuBLASLt: descriptors, the search for an algorithm, and matrix products that the host computes in stream order.</summary>
internal sealed class SoftwareCublasLtSource : ISymbolSource
{
    private static readonly Dictionary<string, nint> s_entries = Collect();

    /// <inheritdoc/>
    public SymbolLookup Find(in NativeFunction function) => function.Library == "cublaslt" && s_entries.TryGetValue(function.Name, out var address)
        ? SymbolLookup.Found(address)
        : SymbolLookup.Missing($"the software CUDA device does not provide {function.Name}");

    private static Dictionary<string, nint> Collect()
    {
        var table = new Dictionary<string, nint>(StringComparer.Ordinal);
        LtEntries.AddTo(table);
        LtDescriptorEntries.AddTo(table);
        return table;
    }
}
