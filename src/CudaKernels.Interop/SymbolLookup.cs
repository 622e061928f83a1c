namespace CudaKernels.Interop;

/// <summary>The answer to a search for one native function.</summary>
/// <param name="Address">The function's address, or 0 when it was not found.</param>
/// <param name="Reason">Why it was not found, in words that can end a sentence such as "cuX is not available: ..."; null when it was found.</param>
public readonly record struct SymbolLookup(nint Address, string? Reason)
{
    /// <summary>True when there is an address to call.</summary>
    public bool IsFound => Address != 0;

    /// <summary>A function that was found.</summary>
    public static SymbolLookup Found(nint address) => new(address, null);

    /// <summary>A function that was not found, and why.</summary>
    public static SymbolLookup Missing(string reason) => new(0, reason);
}
