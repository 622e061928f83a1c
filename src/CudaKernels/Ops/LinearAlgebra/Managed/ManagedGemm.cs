using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>The managed device's matrix product: C = alpha * op(A) * op(B) + beta * C, row-major, any size, any thread count, always the same bits.</summary>
/// <remarks>
/// float and double are summed in their own type with fused multiply-adds where the machine has them; <see cref="Half"/> and
/// <see cref="BFloat16"/> are summed in float over the whole of K and rounded once. Integers wrap around. beta 0 does not read C,
/// so a NaN there does not survive; alpha 0 or K 0 reads neither A nor B and leaves beta * C.
/// </remarks>
internal static unsafe class ManagedGemm
{
    /// <summary>Below this many multiply-adds a second thread costs more than it brings.</summary>
    private const long ThreadedWork = 1 << 20;

    /// <summary>C[m, n] = alpha * op(A)[m, k] * op(B)[k, n] + beta * C. C does not overlap A or B.</summary>
    /// <typeparam name="T">float, double, <see cref="Half"/>, <see cref="BFloat16"/>, sbyte, byte, int or long.</typeparam>
    /// <param name="transposeA">Whether A is stored [k, m].</param>
    /// <param name="transposeB">Whether B is stored [n, k].</param>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">Length of the sums.</param>
    /// <param name="alpha">Factor of the product, converted to the type that sums; for integers a whole number.</param>
    /// <param name="a">First element of A.</param>
    /// <param name="lda">Elements between A's rows as stored.</param>
    /// <param name="b">First element of B.</param>
    /// <param name="ldb">Elements between B's rows as stored.</param>
    /// <param name="beta">Factor of the old C, converted as alpha is.</param>
    /// <param name="c">First element of C.</param>
    /// <param name="ldc">Elements between C's rows.</param>
    /// <param name="threads">The most threads to use.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, a leading dimension is below its row's length, threads is below 1.</exception>
    /// <exception cref="ArgumentException">A factor of an integer product is not a whole number that fits.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the types above.</exception>
    public static void Multiply<T>(bool transposeA, bool transposeB, nint m, nint n, nint k, double alpha, T* a, nint lda, T* b, nint ldb,
        double beta, T* c, nint ldc, int threads) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(lda, transposeA ? m : k);
        ArgumentOutOfRangeException.ThrowIfLessThan(ldb, transposeB ? k : n);
        ArgumentOutOfRangeException.ThrowIfLessThan(ldc, n);
        var problem = new GemmProblem<T>
        {
            TransposeA = transposeA,
            TransposeB = transposeB,
            M = m,
            N = n,
            K = k,
            A = a,
            Lda = lda,
            B = b,
            Ldb = ldb,
            C = c,
            Ldc = ldc,
        };
        if (typeof(T) == typeof(float))
            Run<float, float, SameElement<float>>(As<T, float>(problem), (float)alpha, (float)beta, threads);
        else if (typeof(T) == typeof(double))
            Run<double, double, SameElement<double>>(As<T, double>(problem), alpha, beta, threads);
        else if (typeof(T) == typeof(Half))
            Run<Half, float, HalfElement>(As<T, Half>(problem), (float)alpha, (float)beta, threads);
        else if (typeof(T) == typeof(BFloat16))
            Run<BFloat16, float, BFloat16Element>(As<T, BFloat16>(problem), (float)alpha, (float)beta, threads);
        else if (typeof(T) == typeof(sbyte))
            Run<sbyte, int, ByteElement<sbyte>>(As<T, sbyte>(problem), Whole<int>(alpha), Whole<int>(beta), threads);
        else if (typeof(T) == typeof(byte))
            Run<byte, int, ByteElement<byte>>(As<T, byte>(problem), Whole<int>(alpha), Whole<int>(beta), threads);
        else if (typeof(T) == typeof(int))
            Run<int, int, SameElement<int>>(As<T, int>(problem), Whole<int>(alpha), Whole<int>(beta), threads);
        else if (typeof(T) == typeof(long))
            Run<long, long, SameElement<long>>(As<T, long>(problem), Whole<long>(alpha), Whole<long>(beta), threads);
        else
            throw new NotSupportedException($"The matrix product takes float, double, Half, BFloat16, sbyte, byte, int and long, not {typeof(T)}.");
    }

    /// <summary>
    /// C[m, n] = op(A) * op(B) of 16-bit integers, two of them, neighbours along k, in each int of A and B; sums wrap around. A multiply-add of vectors
    /// does two of each lane.
    /// </summary>
    /// <param name="problem">The operands; K counts pairs, of which the last one of an odd sum has a zero.</param>
    /// <param name="threads">The most threads to use.</param>
    public static void MultiplyPairs(in GemmProblem<int> problem, int threads)
    {
        if (problem.M == 0 || problem.N == 0)
            return;
        if ((double)problem.M * problem.N * problem.K < ThreadedWork)
            threads = 1;
        if (problem.K == 0)
            ScaledStore.ScaleMatrix<int, int, SameElement<int>>(problem, 0);
        else if (Vector512.IsHardwareAccelerated)
            PackedGemm<int, int, SameElement<int>, PairSimd<Simd512<int>, Vector512<int>>, Vector512<int>>.Multiply(problem, 1, 0, threads);
        else if (Vector256.IsHardwareAccelerated)
            PackedGemm<int, int, SameElement<int>, PairSimd<Simd256<int>, Vector256<int>>, Vector256<int>>.Multiply(problem, 1, 0, threads);
        else
            PackedGemm<int, int, SameElement<int>, PairSimd<Simd128<int>, Vector128<int>>, Vector128<int>>.Multiply(problem, 1, 0, threads);
    }

    private static void Run<TStore, T, TConversion>(in GemmProblem<TStore> problem, T alpha, T beta, int threads)
        where TStore : unmanaged
        where T : unmanaged, INumberBase<T>
        where TConversion : IElementConversion<TStore, T>
    {
        if (problem.M == 0 || problem.N == 0)
            return;
        if ((double)problem.M * problem.N * problem.K < ThreadedWork)
            threads = 1;
        if (problem.K == 0 || alpha == T.Zero)
            ScaledStore.ScaleMatrix<TStore, T, TConversion>(problem, beta);
        else if (Vector512.IsHardwareAccelerated)
            Run<TStore, T, TConversion, Simd512<T>, Vector512<T>>(problem, alpha, beta, threads);
        else if (Vector256.IsHardwareAccelerated)
            Run<TStore, T, TConversion, Simd256<T>, Vector256<T>>(problem, alpha, beta, threads);
        else
            Run<TStore, T, TConversion, Simd128<T>, Vector128<T>>(problem, alpha, beta, threads);
    }

    private static void Run<TStore, T, TConversion, TSimd, TVector>(in GemmProblem<TStore> problem, T alpha, T beta, int threads)
        where TStore : unmanaged
        where T : unmanaged, INumberBase<T>
        where TConversion : IElementConversion<TStore, T>
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        if (TConversion.IsIdentity && nint.Min(problem.M, problem.N) <= SkinnyGemm<T, TSimd, TVector>.MostRows)
            SkinnyGemm<T, TSimd, TVector>.Multiply(As<TStore, T>(problem), alpha, beta, threads);
        else
            PackedGemm<TStore, T, TConversion, TSimd, TVector>.Multiply(problem, alpha, beta, threads);
    }

    private static GemmProblem<TTo> As<TFrom, TTo>(in GemmProblem<TFrom> problem) where TFrom : unmanaged where TTo : unmanaged =>
        Unsafe.BitCast<GemmProblem<TFrom>, GemmProblem<TTo>>(problem);

    private static T Whole<T>(double factor) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        // As a double, MaxValue of long is 2^63, which does not fit.
        double limit = -double.CreateChecked(T.MinValue);
        if (double.IsInteger(factor) && factor >= -limit && factor < limit)
            return T.CreateTruncating(factor);
        throw new ArgumentException($"alpha and beta of an integer matrix product are whole numbers that fit {typeof(T)}; got {factor}.", nameof(factor));
    }
}
