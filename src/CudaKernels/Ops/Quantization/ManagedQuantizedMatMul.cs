using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The product of quantised matrices on the processor: widened, multiplied by the managed matrix product, scaled row by row.</summary>
internal static unsafe class ManagedQuantizedMatMul
{
    /// <summary>About as many elements as rows are widened and summed in at a time.</summary>
    private const long Elements = 4 * 1024 * 1024;

    /// <summary>So many rows at least, that the other operand is not packed for a few.</summary>
    private const long FewRows = 256;

    /// <summary>Computes y[m, n] from dense a[m, k] and b[n, k]; the caller holds leases (<see cref="BlockHold"/>).</summary>
    /// <typeparam name="T">The element of y.</typeparam>
    /// <typeparam name="TQuantized">The element of a and b.</typeparam>
    /// <typeparam name="TSum">The type that sums: int or float.</typeparam>
    /// <typeparam name="TElement">From the one to the other.</typeparam>
    public static void Run<T, TQuantized, TSum, TElement>(CpuDevice device, DeviceTensor<TQuantized> a, DeviceTensor<TQuantized> b, ManagedProductScale<T> scale, DeviceTensor<T> y, nint m, nint n, nint k)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TQuantized : unmanaged
        where TSum : unmanaged, INumber<TSum>
        where TElement : struct, IElementConversion<TQuantized, TSum>
    {
        var threads = device.Options.Threads;
        var rows = (nint)Math.Min(Math.Max(Elements / (n + k), FewRows), m);
        var buffer = ArrayPool<TSum>.Shared.Rent(checked((int)((n * k) + (rows * (n + k)))));
        fixed (TSum* weights = buffer)
        {
            var wide = weights + (n * k);
            var sums = wide + (rows * k);
            ManagedParallel.For(n, threads, new Widening<TQuantized, TSum, TElement>(ManagedSpan.Pointer(b), weights, (int)k));
            for (nint first = 0; first < m; first += rows)
            {
                var count = Math.Min(rows, m - first);
                ManagedParallel.For(count, threads, new Widening<TQuantized, TSum, TElement>(ManagedSpan.Pointer(a) + (first * k), wide, (int)k));
                ManagedGemm.Multiply(false, true, count, n, k, 1, wide, k, weights, k, 0, sums, n, threads);
                ManagedParallel.For(count, threads, new Scaling<T, TSum>(sums, scale, ManagedSpan.Pointer(y) + (first * n), n));
            }
        }

        ArrayPool<TSum>.Shared.Return(buffer);
    }

    /// <summary>Widens some rows.</summary>
    internal readonly struct Widening<TQuantized, TSum, TElement>(TQuantized* from, TSum* to, int length) : IParallelBody
        where TQuantized : unmanaged
        where TSum : unmanaged
        where TElement : struct, IElementConversion<TQuantized, TSum>
    {
        public void Execute(long chunk) => TElement.Widen(new ReadOnlySpan<TQuantized>(from + (chunk * length), length), new Span<TSum>(to + (chunk * length), length));
    }

    /// <summary>Turns rows of sums into results.</summary>
    internal readonly struct Scaling<T, TSum>(TSum* sums, ManagedProductScale<T> scale, T* y, nint length) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TSum : unmanaged, INumber<TSum>
    {
        private readonly ManagedProductScale<T> _scale = scale;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long chunk)
        {
            var first = (nint)chunk * length;
            for (nint channel = 0; channel < length; channel++)
            {
                y[first + channel] = _scale.Apply(sums[first + channel], channel);
            }
        }
    }
}
