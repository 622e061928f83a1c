using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>Counts of places by which integers are shifted.</summary>
internal static class ShiftCount<T> where T : unmanaged, IBinaryInteger<T>
{
    private static int Bits => 8 * Unsafe.SizeOf<T>();

    /// <summary>Whether some bits stay: the count is neither negative nor as large as an element has bits.</summary>
    public static bool IsWithin(T count) => ulong.CreateTruncating(count) < (ulong)Bits;

    /// <summary>A count as elements hold it: one that moves all bits out, such as -1, is the number of bits.</summary>
    public static T Of(int count) => T.CreateTruncating((uint)count < (uint)Bits ? count : Bits);
}
