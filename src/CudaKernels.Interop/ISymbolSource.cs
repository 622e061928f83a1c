namespace CudaKernels.Interop;

/// <summary>Gives the pointers behind a table of native functions: a real library, or another implementation of its functions.</summary>
public interface ISymbolSource
{
    /// <summary>Finds one function.</summary>
    /// <param name="function">The function with the version that its signature belongs to.</param>
    /// <returns>The address, or the reason why there is none. The address stays valid until the process ends.</returns>
    /// <remarks>Called from any thread, and possibly from several at once for the same function.</remarks>
    SymbolLookup Find(in NativeFunction function);
}
