using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CudaKernels;

internal static partial class SpanReduction
{
    /// <summary>The index of the first element with the value of <see cref="Max{T}"/>: of the first NaN if there is one; -1 when empty.</summary>
    /// <inheritdoc cref="Max{T}"/>
    public static int IndexOfMax<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>, IMinMaxValue<T> => x.IsEmpty ? -1 : IndexOfExtreme(x, Max(x));

    /// <summary>The index of the first element with the value of <see cref="Min{T}"/>: of the first NaN if there is one; -1 when empty.</summary>
    /// <inheritdoc cref="Max{T}"/>
    public static int IndexOfMin<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>, IMinMaxValue<T> => x.IsEmpty ? -1 : IndexOfExtreme(x, Min(x));

    // A number is found by its bits, which also tells the zeros apart; NaN has many bit patterns. This second pass over elements that are
    // in the cache replaces TensorPrimitives.IndexOfMax, which in version 10.0.15 does not give the first of equal bytes past 256 elements.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int IndexOfExtreme<T>(ReadOnlySpan<T> x, T extreme) where T : unmanaged, INumber<T>
    {
        if (T.IsNaN(extreme))
        {
            var i = 0;
            while (!T.IsNaN(x[i])) i++;
            return i;
        }
        return Unsafe.SizeOf<T>() switch
        {
            1 => MemoryMarshal.Cast<T, byte>(x).IndexOf(Unsafe.BitCast<T, byte>(extreme)),
            2 => MemoryMarshal.Cast<T, short>(x).IndexOf(Unsafe.BitCast<T, short>(extreme)),
            4 => MemoryMarshal.Cast<T, int>(x).IndexOf(Unsafe.BitCast<T, int>(extreme)),
            _ => MemoryMarshal.Cast<T, long>(x).IndexOf(Unsafe.BitCast<T, long>(extreme)),
        };
    }
}
