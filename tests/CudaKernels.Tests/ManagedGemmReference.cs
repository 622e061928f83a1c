using System.Numerics;

namespace CudaKernels.Tests;

/// <summary>A product computed twice: by the code under test, through a delegate, and by the definition in double (or exactly, for integers).</summary>
/// <remarks>Leading dimensions are three wider than the rows, with sentinels in the padding of C and NaN in that of A and B.</remarks>
internal sealed unsafe class ManagedGemmReference<T> where T : unmanaged, INumber<T>
{
    public delegate void Product(bool transposeA, bool transposeB, nint m, nint n, nint k, double alpha, T* a, nint lda, T* b, nint ldb, double beta, T* c, nint ldc);

    private const int Padding = 3;
    private static readonly T Sentinel = T.CreateChecked(77);
    private static readonly bool IsWhole = T.IsInteger(T.One / (T.One + T.One));
    private readonly Random _random;

    public ManagedGemmReference(int seed) => _random = new Random(seed);

    /// <summary>Runs one case and returns the elements of C, padding included, after checking each against the reference.</summary>
    public T[] Check(Product product, bool transposeA, bool transposeB, int m, int n, int k, double alpha, double beta, double epsilon)
    {
        int lda = (transposeA ? m : k) + Padding, ldb = (transposeB ? k : n) + Padding, ldc = n + Padding;
        var a = Matrix(transposeA ? k : m, transposeA ? m : k);
        var b = Matrix(transposeB ? n : k, transposeB ? k : n);
        var c = Matrix(m, n);
        for (int row = 0; row < m; row++)
            Array.Fill(c, Sentinel, row * ldc + n, Padding);
        var old = (T[])c.Clone();
        fixed (T* pa = a, pb = b, pc = c)
            product(transposeA, transposeB, m, n, k, alpha, pa, lda, pb, ldb, beta, pc, ldc);
        var exactA = Array.ConvertAll(a, double.CreateChecked);
        var exactB = Array.ConvertAll(b, double.CreateChecked);
        int stepA = transposeA ? lda : 1, stepB = transposeB ? 1 : ldb;
        for (int row = 0; row < m; row++)
        {
            for (int column = 0; column < n; column++)
            {
                int atA = transposeA ? row : row * lda, atB = transposeB ? column * ldb : column;
                double sum = 0, size = 0;
                for (int step = 0; step < k; step++, atA += stepA, atB += stepB)
                {
                    double term = exactA[atA] * exactB[atB];
                    sum += term;
                    size += Math.Abs(term);
                }
                double before = double.CreateChecked(old[row * ldc + column]);
                double expected = alpha * sum + (beta == 0 ? 0 : beta * before);
                double bound = epsilon * (Math.Abs(alpha) * size + Math.Abs(beta * before));
                double actual = double.CreateChecked(c[row * ldc + column]);
                // Integers wrap around; their sums here are exact in double, so the reference wraps by truncation.
                if (IsWhole)
                    expected = double.CreateChecked(T.CreateTruncating((long)expected));
                if (!(Math.Abs(actual - expected) <= bound))
                    Assert.Fail($"[{row},{column}] of {m} x {n} x {k}, A {transposeA}, B {transposeB}, alpha {alpha}, beta {beta}: {actual}, expected {expected} +- {bound}");
            }
            for (int column = n; column < ldc; column++)
                Assert.Equal(Sentinel, c[row * ldc + column]);
        }
        return c;
    }

    private T[] Matrix(int rows, int columns)
    {
        var values = new T[rows * (columns + Padding)];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns + Padding; column++)
            {
                double value = column >= columns ? double.NaN : IsWhole ? _random.Next(-100, 100) : _random.NextDouble() - 0.5;
                values[row * (columns + Padding) + column] = IsWhole && double.IsNaN(value) ? T.CreateTruncating(99) : T.CreateTruncating(value);
            }
        }
        return values;
    }
}
