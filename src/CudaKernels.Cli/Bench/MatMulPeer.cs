using CudaKernels.Catalog;

namespace CudaKernels.Cli.Bench;

/// <summary>The matrix product of OpenBLAS at the size of a case, over its own memory.</summary>
internal sealed unsafe class MatMulPeer<T> : IDisposable where T : unmanaged
{
    // An idle OpenBLAS thread spins before it sleeps, for more than 40 ms on some machines, and takes half a core from whoever comes next.
    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(200);

    private readonly HostArray<T> _a;
    private readonly HostArray<T> _b;
    private readonly HostArray<T> _c;
    private readonly double _tolerance;
    private readonly int _m, _n, _k;

    /// <param name="library">The library.</param>
    /// <param name="shape">Rows, columns and the length of the sums.</param>
    /// <param name="threads">The threads that it may use.</param>
    /// <param name="tolerance">The largest error, relative to the sum of the magnitudes, that ours may make too.</param>
    public MatMulPeer(OpenBlas library, CaseShape shape, int threads, double tolerance)
    {
        var (m, n, k) = ((int)shape.Lengths[0], (int)shape.Lengths[1], (int)shape.Lengths[2]);
        (_m, _n, _k, _tolerance) = (m, n, k, tolerance);
        (_a, _b, _c) = (new HostArray<T>((nint)m * k), new HostArray<T>((nint)k * n), new HostArray<T>((nint)m * n));
        var random = new Random(1);
        foreach (ref var element in _a.Span)
        {
            element = CaseElement.FromDouble<T>((2 * random.NextDouble()) - 1);
        }

        foreach (ref var element in _b.Span)
        {
            element = CaseElement.FromDouble<T>((2 * random.NextDouble()) - 1);
        }

        library.UseThreads(threads);
        Contestant = new Contestant("openblas", typeof(T) == typeof(float)
            ? () => library.Multiply((float*)_a.Pointer, (float*)_b.Pointer, (float*)_c.Pointer, m, n, k)
            : () => library.Multiply((double*)_a.Pointer, (double*)_b.Pointer, (double*)_c.Pointer, m, n, k), () => { }, threads > 1 ? s_rest : default);
    }

    public Contestant Contestant { get; }

    /// <summary>Fills the result with NaN.</summary>
    public void Poison() => _c.Span.Fill(CaseElement.FromDouble<T>(double.NaN));

    /// <summary>Compares a sample of the result with float64 sums; null when it is right.</summary>
    public string? Failure()
    {
        foreach (var at in new CaseSample(Elements: 256, Seed: 1).Rows(_m * _n, width: 1))
        {
            var (row, column) = (at / _n, at % _n);
            var (sum, magnitude) = (0.0, 0.0);
            for (var p = 0; p < _k; p++)
            {
                var product = CaseElement.ToDouble(_a.Span[(row * _k) + p]) * CaseElement.ToDouble(_b.Span[(p * _n) + column]);
                (sum, magnitude) = (sum + product, magnitude + Math.Abs(product));
            }

            if (CaseError.Measure<T>(_c.Span.Slice(at, 1), [sum], [magnitude], floor: 1e-2, _tolerance, at).Failure is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
        _c.Dispose();
    }
}
