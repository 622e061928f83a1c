using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>The upper halves of the vector registers, which the runtime's and the driver's SSE code wants clean.</summary>
internal static unsafe class VectorState
{
    /// <summary>Executes vzeroupper on a processor with AVX.</summary>
    /// <remarks>
    /// A caller that builds the argument span clears it with 256-bit stores. The JIT then calls the runtime's SSE code that prepares
    /// a native call, and on some processors the switch with dirty upper halves costs about 140 ns, twice the launch itself.
    /// There is no intrinsic for vzeroupper, but the JIT ends every method that has a 256-bit store with it.
    /// </remarks>
    /// <param name="never">Null: nothing is stored.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ClearUpperHalves(byte* never)
    {
        if (never != null && Vector256.IsHardwareAccelerated)
            Vector256.Store(Vector256<byte>.Zero, never);
    }
}
