using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CudaKernels;

/// <summary>
/// Vectors of int in which each element of a factor is two 16-bit integers, neighbours along k: a multiply-add sums both products. Sums are int.
/// </summary>
/// <typeparam name="TSimd">The same vectors of int.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
internal readonly unsafe struct PairSimd<TSimd, TVector> : ISimd<TVector, int>
    where TSimd : ISimd<TVector, int>
    where TVector : unmanaged
{
    public static int Count => TSimd.Count;

    public static int TileRows => TSimd.TileRows;

    public static int TileDepth => TSimd.TileDepth;

    public static TVector Zero => TSimd.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(int* source) => TSimd.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TVector value, int* destination) => TSimd.Store(value, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Broadcast(int value) => TSimd.Broadcast(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Add(TVector left, TVector right) => TSimd.Add(left, right);

    /// <summary>The low halves' product, the high halves' and the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MultiplyAdd(TVector x, TVector y, TVector sum)
    {
        if (typeof(TVector) == typeof(Vector512<int>) && Avx512BW.IsSupported)
        {
            var products = Avx512BW.MultiplyAddAdjacent(Unsafe.BitCast<TVector, Vector512<short>>(x), Unsafe.BitCast<TVector, Vector512<short>>(y));
            return TSimd.Add(sum, Unsafe.BitCast<Vector512<int>, TVector>(products));
        }

        if (typeof(TVector) == typeof(Vector256<int>) && Avx2.IsSupported)
        {
            var products = Avx2.MultiplyAddAdjacent(Unsafe.BitCast<TVector, Vector256<short>>(x), Unsafe.BitCast<TVector, Vector256<short>>(y));
            return TSimd.Add(sum, Unsafe.BitCast<Vector256<int>, TVector>(products));
        }

        if (typeof(TVector) == typeof(Vector128<int>) && Sse2.IsSupported)
        {
            var products = Sse2.MultiplyAddAdjacent(Unsafe.BitCast<TVector, Vector128<short>>(x), Unsafe.BitCast<TVector, Vector128<short>>(y));
            return TSimd.Add(sum, Unsafe.BitCast<Vector128<int>, TVector>(products));
        }

        var (left, right) = (Unsafe.BitCast<TVector, Vector128<int>>(x), Unsafe.BitCast<TVector, Vector128<int>>(y));
        return TSimd.Add(sum, Unsafe.BitCast<Vector128<int>, TVector>((((left << 16) >> 16) * ((right << 16) >> 16)) + ((left >> 16) * (right >> 16))));
    }
}
