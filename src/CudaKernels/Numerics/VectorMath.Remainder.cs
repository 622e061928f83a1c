using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

internal static unsafe partial class VectorMath
{
    /// <summary>a - b * trunc(a / b) with the sign of a, as C's fmod. Exact.</summary>
    public static Vector512<float> Remainder(Vector512<float> a, Vector512<float> b)
    {
        var (aLow, aHigh) = Vector512.Widen(a);
        var (bLow, bHigh) = Vector512.Widen(b);
        var (quotientLow, quotientHigh) = (Vector512.Truncate(aLow / bLow), Vector512.Truncate(aHigh / bHigh));

        // A quotient of floats that is not whole is at least 2^-24 away from the next whole number, so that below 2^28 it does not round
        // to that, and its product with b has no more digits than a double. NaN and infinities fail the comparisons.
        var limit = Vector512.Create(268435456.0);
        var isSmall = Vector512.LessThanAll(Vector512.Abs(quotientLow), limit) && Vector512.LessThanAll(Vector512.Abs(quotientHigh), limit);
        if (!isSmall || !Vector512.LessThanAll(Vector512.Abs(b), Vector512.Create(float.PositiveInfinity)))
        {
            return RemainderByElement(a, b);
        }

        return Vector512.CopySign(Vector512.Narrow(aLow - (quotientLow * bLow), aHigh - (quotientHigh * bHigh)), a);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> RemainderByElement(Vector512<float> a, Vector512<float> b)
    {
        Unsafe.SkipInit(out Vector512<float> result);
        ref float element = ref Unsafe.As<Vector512<float>, float>(ref result);
        for (int i = 0; i < Vector512<float>.Count; i++) Unsafe.Add(ref element, i) = a[i] % b[i];
        return result;
    }
}
