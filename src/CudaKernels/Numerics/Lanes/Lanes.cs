using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>Runs a function of lanes over sixteen floats, by the widest vectors that the processor has.</summary>
/// <remarks>
/// A <see cref="Vector512{T}"/> that the processor lacks is made of method calls: a long function of it is more than the JIT agrees to
/// inline, and then tens of times slower. <see cref="Lanes256"/> and <see cref="Lanes128"/> are instructions; they go over the parts in a
/// loop, so that the function is inlined once.
/// </remarks>
internal static class Lanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Map<TFunction>(Vector512<float> x) where TFunction : struct, ILaneFunction
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return TFunction.Invoke(new Lanes512(x)).Value;
        }

        if (Vector256.IsHardwareAccelerated)
        {
            ref var half = ref Unsafe.As<Vector512<float>, Lanes256>(ref x);
            for (var i = 0; i < 2; i++)
            {
                Unsafe.Add(ref half, i) = TFunction.Invoke(Unsafe.Add(ref half, i));
            }
        }
        else
        {
            ref var quarter = ref Unsafe.As<Vector512<float>, Lanes128>(ref x);
            for (var i = 0; i < 4; i++)
            {
                Unsafe.Add(ref quarter, i) = TFunction.Invoke(Unsafe.Add(ref quarter, i));
            }
        }

        return x;
    }

    /// <summary>The same of a short function, which is inlined for each half of AVX2's vectors: both stay in registers, where the loop goes through memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MapShort<TFunction>(Vector512<float> x) where TFunction : struct, ILaneFunction =>
        !Vector512.IsHardwareAccelerated && Vector256.IsHardwareAccelerated
            ? Vector512.Create(TFunction.Invoke(new Lanes256(x.GetLower())).Value, TFunction.Invoke(new Lanes256(x.GetUpper())).Value)
            : Map<TFunction>(x);
}
