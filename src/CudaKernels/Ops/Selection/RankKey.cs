using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>Elements as signed keys, of which the larger is wanted first: NaN is above all, -0 below +0.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <typeparam name="TKey">The signed integer of its size.</typeparam>
/// <param name="largest">Whether larger elements have larger keys, else smaller ones.</param>
internal readonly unsafe struct RankKey<T, TKey>(bool largest)
    where T : unmanaged, INumber<T>
    where TKey : unmanaged, IBinaryInteger<TKey>, IMinMaxValue<TKey>
{
    private readonly TKey _infinity = IsFloating ? Unsafe.BitCast<T, TKey>(T.CreateTruncating(double.PositiveInfinity)) : TKey.MaxValue;
    private readonly TKey _flip = largest ? TKey.Zero : TKey.AllBitsSet;

    private static bool IsFloating => typeof(T) == typeof(float) || typeof(T) == typeof(double) || typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16);

    private static int SignBit => (sizeof(TKey) * 8) - 1;

    /// <summary>The key of an element, of which this is the bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TKey Of(TKey bits)
    {
        if (IsFloating)
        {
            return (bits & TKey.MaxValue) > _infinity ? TKey.MaxValue : bits ^ ((bits >> SignBit) & TKey.MaxValue) ^ _flip;
        }

        return (typeof(T) == typeof(byte) ? bits ^ TKey.MinValue : bits) ^ _flip;
    }

    /// <summary>The place at which a vector begins that has a key above <paramref name="worst"/>, or at which less than a vector is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public int FindBetter(TKey* elements, int from, int length, TKey worst)
    {
        var (least, flip, most) = (Vector512.Create(worst), Vector512.Create(_flip), Vector512.Create(TKey.MaxValue));
        var (infinity, lowest) = (Vector512.Create(_infinity), Vector512.Create(TKey.MinValue));
        for (; from <= length - Vector512<TKey>.Count; from += Vector512<TKey>.Count)
        {
            var bits = Vector512.Load(elements + from);
            Vector512<TKey> isBetter;
            if (IsFloating)
            {
                var key = bits ^ ((bits >> SignBit) & most) ^ flip;
                isBetter = Vector512.GreaterThan(key, least) | Vector512.GreaterThan(bits & most, infinity);
            }
            else
            {
                isBetter = Vector512.GreaterThan((typeof(T) == typeof(byte) ? bits ^ lowest : bits) ^ flip, least);
            }

            if (isBetter != Vector512<TKey>.Zero)
            {
                break;
            }
        }

        return from;
    }
}
