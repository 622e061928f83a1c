using System.Runtime.CompilerServices;

namespace CudaKernels.Interop;

/// <summary>A table of native functions whose pointers are asked of a source one by one, at the first call of each.</summary>
/// <remarks>
/// Nothing is resolved when a table is made, so a library that lacks one function serves all others.
/// A call costs one load and one test more than the native call itself and allocates nothing. Any thread may call.
/// </remarks>
public abstract class NativeTable
{
    private readonly NativeFunctionList _functions;
    private readonly nint[] _pointers;

    private protected NativeTable(ISymbolSource source, NativeFunctionList functions)
    {
        ArgumentNullException.ThrowIfNull(source);
        Source = source;
        _functions = functions;
        _pointers = new nint[functions.Count];
    }

    /// <summary>Where the pointers come from.</summary>
    public ISymbolSource Source { get; }

    /// <summary>True when the source has the function, so that a call will not throw <see cref="CudaNotSupportedException"/>.</summary>
    /// <param name="name">The name of the method, such as <c>cuKernelGetParamInfo</c>.</param>
    /// <exception cref="ArgumentException">The table has no method of that name.</exception>
    public bool IsAvailable(string name) => Find(name).IsFound;

    /// <summary>Finds a function's address without calling it, or the reason why there is none.</summary>
    /// <param name="name">The name of the method, such as <c>cuKernelGetParamInfo</c>.</param>
    /// <exception cref="ArgumentException">The table has no method of that name.</exception>
    public SymbolLookup Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        int slot = _functions.IndexOf(name);
        return slot >= 0 ? Find(slot) : throw new ArgumentException($"{GetType().Name} has no function named '{name}'.", nameof(name));
    }

    /// <summary>The pointer in a slot, resolved when the slot is still empty.</summary>
    /// <exception cref="CudaNotSupportedException">The source has no such function.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected nint Pointer(int slot)
    {
        nint pointer = _pointers[slot];
        return pointer != 0 ? pointer : Resolve(slot);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private nint Resolve(int slot)
    {
        SymbolLookup lookup = Find(slot);
        return lookup.IsFound ? lookup.Address : throw new CudaNotSupportedException(_functions[slot], lookup.Reason);
    }

    // Two threads may both ask the source; they get the same address, and storing it twice is harmless.
    private SymbolLookup Find(int slot)
    {
        nint known = Volatile.Read(ref _pointers[slot]);
        if (known != 0)
            return SymbolLookup.Found(known);
        NativeFunction function = _functions[slot];
        SymbolLookup lookup = Source.Find(in function);
        if (lookup.IsFound)
            Volatile.Write(ref _pointers[slot], lookup.Address);
        return lookup;
    }
}
