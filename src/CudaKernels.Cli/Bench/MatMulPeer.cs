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

    public MatMulPeer(OpenBlas library, CaseShape shape, int threads)
    {
        var (m, n, k) = ((int)shape.Lengths[0], (int)shape.Lengths[1], (int)shape.Lengths[2]);
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

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
        _c.Dispose();
    }
}
