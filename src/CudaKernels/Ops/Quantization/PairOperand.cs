using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>8-bit integers widened to 16 bits, two of them, neighbours along k, in each int; behind an odd number of them stands a zero.</summary>
internal readonly unsafe struct PairOperand : IWideOperand<sbyte, int>
{
    public static nint Length(nint count) => (count + 1) / 2;

    /// <summary>Elements that lie along k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Widen(sbyte* from, nint count, int* to)
    {
        var shorts = (short*)to;
        nint i = 0;
        for (; i <= count - Vector512<sbyte>.Count; i += Vector512<sbyte>.Count)
        {
            var (low, high) = Vector512.Widen(Vector512.Load(from + i));
            low.Store(shorts + i);
            high.Store(shorts + i + Vector512<short>.Count);
        }

        for (; i < count; i++)
        {
            shorts[i] = from[i];
        }

        if ((count & 1) != 0)
        {
            shorts[count] = 0;
        }
    }

    /// <summary>Elements of two rows that follow each other along k.</summary>
    /// <param name="first">One row.</param>
    /// <param name="second">The next, or null for zeros.</param>
    /// <param name="count">Elements of each.</param>
    /// <param name="to">As many pairs.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Join(sbyte* first, sbyte* second, nint count, int* to)
    {
        nint i = 0;
        for (; second is not null && i <= count - Vector128<sbyte>.Count; i += Vector128<sbyte>.Count)
        {
            var low = Vector512.WidenLower(Vector256.WidenLower(Vector128.Load(first + i).ToVector256Unsafe()).ToVector512Unsafe());
            var high = Vector512.WidenLower(Vector256.WidenLower(Vector128.Load(second + i).ToVector256Unsafe()).ToVector512Unsafe());
            ((low & Vector512.Create(0xFFFF)) | (high << 16)).Store(to + i);
        }

        for (; i < count; i++)
        {
            to[i] = (first[i] & 0xFFFF) | ((second is null ? 0 : second[i]) << 16);
        }
    }

    public static void Multiply(nint m, nint n, nint length, int* a, int* b, int* sums, int threads) =>
        ManagedGemm.MultiplyPairs(new GemmProblem<int> { TransposeB = true, M = m, N = n, K = length, A = a, Lda = length, B = b, Ldb = length, C = sums, Ldc = n }, threads);
}
