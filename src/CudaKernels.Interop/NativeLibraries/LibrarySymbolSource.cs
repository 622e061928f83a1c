using System.Text;

namespace CudaKernels.Interop;

/// <summary>The functions of a native library that was found and loaded.</summary>
/// <remarks>
/// The driver is asked through its own cuGetProcAddress_v2 with the version pinned for each function, so that a newer driver
/// never hands out a function with another signature. A driver older than 12.0 lacks it and is asked for the exported name,
/// as are all other libraries.
/// </remarks>
public sealed unsafe class LibrarySymbolSource : ISymbolSource
{
    private const string ProcAddressSymbol = "cuGetProcAddress_v2";
    private const int LongestName = 128;

    private readonly NativePlatform _platform;
    private readonly delegate* unmanaged<byte*, void**, int, ulong, CUdriverProcAddressQueryResult*, CUresult> _getProcAddress;
    private readonly int _driverVersion;

    internal LibrarySymbolSource(NativeLibraryResult library, NativePlatform platform)
    {
        Library = library;
        _platform = platform;
        if (library.Kind != NativeLibraryKind.Driver)
            return;
        _getProcAddress = (delegate* unmanaged<byte*, void**, int, ulong, CUdriverProcAddressQueryResult*, CUresult>)platform.FindExport(library.Handle, ProcAddressSymbol);
        _driverVersion = LibraryVersion.ReadDriver(symbol => platform.FindExport(library.Handle, symbol)) ?? 0;
    }

    /// <summary>The library, where it was found and its version.</summary>
    public NativeLibraryResult Library { get; }

    /// <inheritdoc/>
    public SymbolLookup Find(in NativeFunction function)
    {
        nint address = 0;
        if (_getProcAddress != null && function.LookupName is { } name && function.ExportedSymbol != ProcAddressSymbol)
            address = AskDriver(name, function.Pin);

        // The exported name carries its version (cuMemAlloc_v2), so it is the same function wherever it exists.
        if (address == 0)
            address = _platform.FindExport(Library.Handle, function.ExportedSymbol);
        return address != 0 ? SymbolLookup.Found(address) : SymbolLookup.Missing(Explain(in function));
    }

    // A version above the driver's own gives INVALID_VALUE; a name that the driver does not know gives SUCCESS and a null pointer.
    private nint AskDriver(string name, int version)
    {
        Span<byte> text = stackalloc byte[LongestName];
        if (!Encoding.ASCII.TryGetBytes(name, text[..^1], out int length))
            return 0;
        text[length] = 0;
        void* address = null;
        CUdriverProcAddressQueryResult status;
        fixed (byte* symbol = text)
        {
            CUresult result = _getProcAddress(symbol, &address, version, 0, &status);
            return result == CUresult.CUDA_SUCCESS ? (nint)address : 0;
        }
    }

    private string Explain(in NativeFunction function)
    {
        int needed = Math.Max(function.MinimumCuda, function.Pin);
        if (Library.Kind == NativeLibraryKind.Driver)
        {
            return _driverVersion > 0 && needed > _driverVersion
                ? $"needs CUDA {LibraryVersion.CudaText(needed)}, the driver is {LibraryVersion.CudaText(_driverVersion)}"
                : $"the driver{(_driverVersion > 0 ? " " + LibraryVersion.CudaText(_driverVersion) : string.Empty)} does not have {function.ExportedSymbol}";
        }

        string version = Library.Version ?? "of an unknown version";
        return needed > 0 && !IsAtLeast(Library.Version, needed)
            ? $"needs {Library.Name} of CUDA {LibraryVersion.CudaText(needed)}, and {Library.Path} is {version}"
            : $"{Library.Path} ({Library.Name} {version}) does not have {function.ExportedSymbol}";
    }

    private static bool IsAtLeast(string? version, int needed) =>
        Version.TryParse(version, out Version? parsed) && parsed.Major * 1000 + parsed.Minor * 10 >= needed;
}
