using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace CudaKernels;

/// <summary>Asks for cache lines ahead of their use, where the framework can; elsewhere nothing.</summary>
internal static unsafe class Prefetch
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(void* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }
}
