using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels.Tests;

public sealed unsafe class ManagedGemmTests
{
    private const double FloatEpsilon = 1e-6, DoubleEpsilon = 1e-14, HalfEpsilon = 1e-3, BFloat16Epsilon = 8e-3;

    public static TheoryData<int, int, int> Sizes => new()
    {
        { 0, 5, 3 }, { 5, 0, 3 }, { 5, 3, 0 }, { 1, 1, 1 }, { 2, 2, 2 }, { 1, 5, 17 }, { 5, 17, 1 }, { 17, 1, 5 }, { 12, 32, 256 },
        { 13, 33, 257 }, { 17, 63, 64 }, { 63, 64, 65 }, { 64, 64, 64 }, { 65, 100, 129 }, { 100, 129, 257 }, { 129, 17, 600 }, { 257, 65, 2 },
        { 3, 300, 70 }, { 300, 3, 70 }, { 1, 257, 300 }, { 257, 1, 300 }, { 2, 2, 1000 },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void FloatMatchesReference(int m, int n, int k) => CheckAll<float>(m, n, k, FloatEpsilon);

    [Theory, MemberData(nameof(Sizes))]
    public void DoubleMatchesReference(int m, int n, int k) => CheckAll<double>(m, n, k, DoubleEpsilon);

    [Theory, MemberData(nameof(Sizes))]
    public void HalfMatchesReference(int m, int n, int k) => CheckAll<Half>(m, n, k, HalfEpsilon);

    [Theory, MemberData(nameof(Sizes))]
    public void BFloat16MatchesReference(int m, int n, int k) => CheckAll<BFloat16>(m, n, k, BFloat16Epsilon);

    [Fact]
    public void BFloat16ConvertsInVectorsAsOneByOne()
    {
        // Every float whose upper bits are any bfloat16 and whose lower bits are a tie or lie beside one.
        var floats = new float[65536 * 4];
        for (uint bits = 0; bits < 65536; bits++)
        {
            for (uint low = 0; low < 4; low++)
                floats[bits * 4 + low] = BitConverter.UInt32BitsToSingle((bits << 16) + (low == 0 ? 0 : 0x7FFE + low));
        }
        var narrow = new BFloat16[floats.Length];
        BFloat16Element.Narrow(floats, narrow);
        Assert.Equal(Array.ConvertAll(floats, value => BFloat16.ToBits((BFloat16)value)), Array.ConvertAll(narrow, BFloat16.ToBits));
        var wide = new float[narrow.Length];
        BFloat16Element.Widen(narrow, wide);
        Assert.Equal(Array.ConvertAll(narrow, value => BitConverter.SingleToUInt32Bits((float)value)), Array.ConvertAll(wide, BitConverter.SingleToUInt32Bits));
    }

    [Theory, MemberData(nameof(Sizes))]
    public void IntMatchesReference(int m, int n, int k) => CheckAll<int>(m, n, k, 0);

    [Theory, MemberData(nameof(Sizes))]
    public void LongMatchesReference(int m, int n, int k) => CheckAll<long>(m, n, k, 0);

    [Theory, MemberData(nameof(Sizes))]
    public void SByteWrapsAround(int m, int n, int k) => CheckAll<sbyte>(m, n, k, 0);

    [Theory, MemberData(nameof(Sizes))]
    public void ByteWrapsAround(int m, int n, int k) => CheckAll<byte>(m, n, k, 0);

    [Theory]
    [InlineData(1, 1000, 130)]
    [InlineData(4, 999, 67)]
    [InlineData(1000, 4, 67)]
    [InlineData(515, 2, 1)]
    [InlineData(3, 4, 2000)]
    public void FewRowsOrColumnsMatchReference(int m, int n, int k)
    {
        CheckAll<float>(m, n, k, FloatEpsilon);
        CheckAll<double>(m, n, k, DoubleEpsilon);
        CheckAll<int>(m, n, k, 0);
        CheckSkinny<float, Simd256<float>, Vector256<float>>(m, n, k, FloatEpsilon);
        CheckSkinny<double, Simd128<double>, Vector128<double>>(m, n, k, DoubleEpsilon);
    }

    [Theory]
    [InlineData(2100, 70, 40)]
    [InlineData(30, 2100, 40)]
    [InlineData(2050, 2050, 3)]
    public void SeveralBlocksMatchReference(int m, int n, int k)
    {
        new ManagedGemmReference<float>(1).Check(Threads<float>(2), false, true, m, n, k, 1, 0, FloatEpsilon);
        new ManagedGemmReference<Half>(1).Check(Threads<Half>(2), true, false, m, n, k, 1, 1, HalfEpsilon);
    }

    [Theory, MemberData(nameof(Sizes))]
    public void EveryVectorWidthMatchesReference(int m, int n, int k)
    {
        if (m == 0 || n == 0 || k == 0)
            m = n = k = 40;
        CheckWidth<float, Simd512<float>, Vector512<float>>(m, n, k, FloatEpsilon);
        CheckWidth<float, Simd256<float>, Vector256<float>>(m, n, k, FloatEpsilon);
        CheckWidth<float, Simd128<float>, Vector128<float>>(m, n, k, FloatEpsilon);
        CheckWidth<double, Simd256<double>, Vector256<double>>(m, n, k, DoubleEpsilon);
        CheckWidth<double, Simd128<double>, Vector128<double>>(m, n, k, DoubleEpsilon);
    }

    [Theory]
    [InlineData(200, 300, 500)]
    [InlineData(1, 5000, 400)]
    [InlineData(5000, 1, 400)]
    [InlineData(2, 3000, 300)]
    public void ThreadsDoNotChangeABit(int m, int n, int k)
    {
        foreach (bool transposeA in new[] { false, true })
        {
            foreach (bool transposeB in new[] { false, true })
            {
                var one = new ManagedGemmReference<float>(9).Check(Threads<float>(1), transposeA, transposeB, m, n, k, 1.5, 0.5, FloatEpsilon);
                var two = new ManagedGemmReference<float>(9).Check(Threads<float>(2), transposeA, transposeB, m, n, k, 1.5, 0.5, FloatEpsilon);
                var five = new ManagedGemmReference<float>(9).Check(Threads<float>(5), transposeA, transposeB, m, n, k, 1.5, 0.5, FloatEpsilon);
                Assert.True(one.AsSpan().SequenceEqual(two));
                Assert.True(one.AsSpan().SequenceEqual(five));
            }
        }
    }

    [Theory]
    [InlineData(1, 40, 20)]
    [InlineData(40, 1, 20)]
    [InlineData(13, 40, 300)]
    public void NaNAndInfinityInOperandsReachTheirRowAndColumn(int m, int n, int k)
    {
        float[] a = Filled(m * k, 1), b = Filled(k * n, 1), c = new float[m * n];
        a[k - 1] = float.NaN;
        b[n - 1] = float.PositiveInfinity;
        Multiply(m, n, k, 1, a, b, 0, c);
        for (int row = 0; row < m; row++)
        {
            for (int column = 0; column < n; column++)
            {
                float value = c[row * n + column];
                if (row == 0)
                    Assert.True(float.IsNaN(value));
                else
                    Assert.Equal(column == n - 1 ? float.PositiveInfinity : k, value);
            }
        }
    }

    [Theory]
    [InlineData(1, 40, 20)]
    [InlineData(40, 1, 20)]
    [InlineData(12, 32, 300)]
    [InlineData(13, 40, 300)]
    [InlineData(13, 40, 0)]
    public void BetaZeroDoesNotReadC(int m, int n, int k)
    {
        float[] c = Filled(m * n, float.NaN);
        Multiply(m, n, k, 2, Filled(m * k, 1), Filled(k * n, 1), 0, c);
        Assert.All(c, value => Assert.Equal(2 * k, value));
        var halves = new Half[m * n];
        Array.Fill(halves, Half.NaN);
        var ones = new Half[Math.Max(m, n) * Math.Max(k, 1)];
        Array.Fill(ones, Half.One);
        fixed (Half* pa = ones, pc = halves)
            ManagedGemm.Multiply(false, false, m, n, k, 1, pa, k, pa, n, 0, pc, n, 1);
        Assert.All(halves, value => Assert.Equal((Half)k, value));
    }

    [Fact]
    public void AlphaZeroReadsNeitherOperand()
    {
        float[] c = Filled(30, 4);
        Multiply(5, 6, 7, 0, Filled(35, float.NaN), Filled(42, float.NaN), 0.5, c);
        Assert.All(c, value => Assert.Equal(2, value));
    }

    [Fact]
    public void HalfIsRoundedOnceOverAllOfK()
    {
        // 2048 + 1 is not a Half: rounding after every block of k would lose each of the ones.
        const int K = 4096;
        var a = new Half[K];
        var b = new Half[K];
        Array.Fill(a, Half.One);
        Array.Fill(b, Half.One);
        var c = new Half[1];
        fixed (Half* pa = a, pb = b, pc = c)
            ManagedGemm.Multiply(false, false, 1, 1, K, 1, pa, K, pb, 1, 0, pc, 1, 1);
        Assert.Equal((Half)4096, c[0]);
    }

    [Fact]
    public void IntegersWrapAround()
    {
        int[] a = [int.MaxValue, 2], b = [3, 5], c = [7];
        fixed (int* pa = a, pb = b, pc = c)
            ManagedGemm.Multiply(false, false, 1, 1, 2, 2, pa, 2, pb, 1, -1, pc, 1, 1);
        Assert.Equal(unchecked(2 * (int.MaxValue * 3 + 10) - 7), c[0]);
    }

    [Fact]
    public void InvalidCallsAreRefused()
    {
        int[] one = [1];
        fixed (int* p = one)
        {
            int* at = p;
            Assert.Throws<ArgumentOutOfRangeException>(() => ManagedGemm.Multiply(false, false, -1, 1, 1, 1, at, 1, at, 1, 0, at, 1, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => ManagedGemm.Multiply(false, false, 1, 1, 2, 1, at, 1, at, 1, 0, at, 1, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => ManagedGemm.Multiply(false, false, 1, 1, 1, 1, at, 1, at, 1, 0, at, 1, 0));
            Assert.Throws<ArgumentException>(() => ManagedGemm.Multiply(false, false, 1, 1, 1, 0.5, at, 1, at, 1, 0, at, 1, 1));
            Assert.Throws<ArgumentException>(() => ManagedGemm.Multiply(false, false, 1, 1, 1, 1, at, 1, at, 1, 3e9, at, 1, 1));
            Assert.Throws<NotSupportedException>(() => ManagedGemm.Multiply(false, false, 1, 1, 1, 1, (char*)at, 1, (char*)at, 1, 0, (char*)at, 1, 1));
        }
    }

    [Fact]
    public void OneThreadAllocatesNothing()
    {
        float[] a = Filled(100 * 100, 1), c = new float[100 * 100];
        for (int warm = 0; warm < 3; warm++)
            Multiply(100, 100, 100, 1, a, a, 0, c);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Multiply(100, 100, 100, 1, a, a, 0, c);
        Multiply(1, 100, 100, 1, a, a, 0, c);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void CheckAll<T>(int m, int n, int k, double epsilon) where T : unmanaged, INumber<T>
    {
        bool whole = epsilon == 0;
        foreach (bool transposeA in new[] { false, true })
        {
            foreach (bool transposeB in new[] { false, true })
            {
                var reference = new ManagedGemmReference<T>(m * 31 + n * 7 + k);
                reference.Check(Threads<T>(1), transposeA, transposeB, m, n, k, 1, 0, epsilon);
                reference.Check(Threads<T>(2), transposeA, transposeB, m, n, k, 1, 1, epsilon);
                reference.Check(Threads<T>(1), transposeA, transposeB, m, n, k, whole ? -3 : -0.75, whole ? 2 : 0.3, epsilon);
                reference.Check(Threads<T>(1), transposeA, transposeB, m, n, k, 0, 2, epsilon);
            }
        }
    }

    private static void CheckWidth<T, TSimd, TVector>(int m, int n, int k, double epsilon)
        where T : unmanaged, INumber<T>
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        foreach (bool transpose in new[] { false, true })
        {
            new ManagedGemmReference<T>(k).Check(Product, transpose, !transpose, m, n, k, 1, 1, epsilon);
            new ManagedGemmReference<T>(k).Check(Product, transpose, transpose, m, n, k, 1.5, 0, epsilon);
        }

        static void Product(bool transposeA, bool transposeB, nint m, nint n, nint k, double alpha, T* a, nint lda, T* b, nint ldb, double beta, T* c, nint ldc)
        {
            var problem = Problem(transposeA, transposeB, m, n, k, a, lda, b, ldb, c, ldc);
            PackedGemm<T, T, SameElement<T>, TSimd, TVector>.Multiply(problem, T.CreateChecked(alpha), T.CreateChecked(beta), 1);
        }
    }

    private static void CheckSkinny<T, TSimd, TVector>(int m, int n, int k, double epsilon)
        where T : unmanaged, INumber<T>
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        foreach (bool transpose in new[] { false, true })
        {
            new ManagedGemmReference<T>(k).Check(Product, transpose, !transpose, m, n, k, 1, 1, epsilon);
            new ManagedGemmReference<T>(k).Check(Product, transpose, transpose, m, n, k, 1.5, 0, epsilon);
        }

        static void Product(bool transposeA, bool transposeB, nint m, nint n, nint k, double alpha, T* a, nint lda, T* b, nint ldb, double beta, T* c, nint ldc)
        {
            var problem = Problem(transposeA, transposeB, m, n, k, a, lda, b, ldb, c, ldc);
            SkinnyGemm<T, TSimd, TVector>.Multiply(problem, T.CreateChecked(alpha), T.CreateChecked(beta), 1);
        }
    }

    private static GemmProblem<T> Problem<T>(bool transposeA, bool transposeB, nint m, nint n, nint k, T* a, nint lda, T* b, nint ldb, T* c, nint ldc)
        where T : unmanaged => new()
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

    private static ManagedGemmReference<T>.Product Threads<T>(int threads) where T : unmanaged, INumber<T> =>
        (transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) =>
            ManagedGemm.Multiply(transposeA, transposeB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, threads);

    private static void Multiply(int m, int n, int k, double alpha, float[] a, float[] b, double beta, float[] c)
    {
        fixed (float* pa = a, pb = b, pc = c)
            ManagedGemm.Multiply(false, false, m, n, k, alpha, pa, k, pb, n, beta, pc, n, 1);
    }

    private static float[] Filled(int length, float value)
    {
        var values = new float[length];
        Array.Fill(values, value);
        return values;
    }
}
