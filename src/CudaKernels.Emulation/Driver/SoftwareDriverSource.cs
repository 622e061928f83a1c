using System.Collections.Frozen;
using CudaKernels.Emulation;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>The functions of the software CUDA driver. All instances give the same functions: what differs between devices hangs on the ordinal.</summary>
internal sealed class SoftwareDriverSource : ISymbolSource
{
    /// <summary>The address of each function that there is, by the name of its method in <see cref="DriverApi"/>.</summary>
    public static FrozenDictionary<string, nint> Entries { get; } = Collect();

    /// <inheritdoc/>
    public SymbolLookup Find(in NativeFunction function)
    {
        if (function.Library == "driver" && Entries.TryGetValue(function.Name, out var address))
            return SymbolLookup.Found(address);
        return SymbolLookup.Missing($"the software CUDA device does not provide {function.Name}");
    }

    private static FrozenDictionary<string, nint> Collect()
    {
        var table = new Dictionary<string, nint>(StringComparer.Ordinal);
        DeviceEntries.AddTo(table);
        ContextEntries.AddTo(table);
        ErrorEntries.AddTo(table);
        MemoryEntries.AddTo(table);
        PoolEntries.AddTo(table);
        PointerEntries.AddTo(table);
        CopyEntries.AddTo(table);
        FillEntries.AddTo(table);
        StreamEntries.AddTo(table);
        EventEntries.AddTo(table);
        CaptureEntries.AddTo(table);
        GraphEntries.AddTo(table);
        GraphNodeEntries.AddTo(table);
        GraphExecEntries.AddTo(table);
        LibraryEntries.AddTo(table);
        KernelEntries.AddTo(table);
        LaunchEntries.AddTo(table);
        OccupancyEntries.AddTo(table);
        TensorMapEntries.AddTo(table);
        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
