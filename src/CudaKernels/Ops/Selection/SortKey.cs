using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>Elements as unsigned keys that rise in the order in which a sort wants them, as in kernels/common/sort_key.cuh: NaN is above every number.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <typeparam name="TKey">The unsigned integer of its size.</typeparam>
internal static class SortKey<T, TKey>
    where T : unmanaged, INumber<T>
    where TKey : unmanaged, IBinaryInteger<TKey>, IUnsignedNumber<TKey>
{
    private static bool IsFloating => typeof(T) == typeof(float) || typeof(T) == typeof(double) || typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16);

    private static bool IsUnsigned => typeof(T) == typeof(byte);

    private static TKey Sign => TKey.One << ((Unsafe.SizeOf<T>() * 8) - 1);

    /// <summary>The key of an element.</summary>
    public static TKey Of(T x, bool descending)
    {
        if (IsFloating && T.IsNaN(x))
        {
            return descending ? TKey.Zero : ~TKey.Zero;
        }

        var bits = Unsafe.BitCast<T, TKey>(x);
        var rising = IsUnsigned ? bits : IsFloating && (bits & Sign) != TKey.Zero ? ~bits : bits ^ Sign;
        return descending ? ~rising : rising;
    }

    /// <summary>The element of a key, but not which NaN it was.</summary>
    public static T Element(TKey key, bool descending)
    {
        var rising = descending ? ~key : key;
        return Unsafe.BitCast<TKey, T>(IsUnsigned ? rising : IsFloating && (rising & Sign) == TKey.Zero ? ~rising : rising ^ Sign);
    }
}
