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
    /// <typeparam name="TOperand">From the one to the other.</typeparam>
    public static void Run<T, TQuantized, TSum, TOperand>(CpuDevice device, DeviceTensor<TQuantized> a, DeviceTensor<TQuantized> b, ManagedProductScale<T> scale, DeviceTensor<T> y, nint m, nint n, nint k)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TQuantized : unmanaged
        where TSum : unmanaged, INumber<TSum>
        where TOperand : struct, IWideOperand<TQuantized, TSum>
    {
        var length = TOperand.Length(k);
        var threads = device.Options.Threads;
        var rows = (nint)Math.Min(Math.Max(Elements / (n + length), FewRows), m);
        var buffer = ArrayPool<TSum>.Shared.Rent(checked((int)((n * length) + (rows * (n + length)))));
        fixed (TSum* weights = buffer)
        {
            var wide = weights + (n * length);
            var sums = wide + (rows * length);
            ManagedParallel.For(n, threads, new Widening<TQuantized, TSum, TOperand>(ManagedSpan.Pointer(b), weights, k));
            for (nint first = 0; first < m; first += rows)
            {
                var count = Math.Min(rows, m - first);
                ManagedParallel.For(count, threads, new Widening<TQuantized, TSum, TOperand>(ManagedSpan.Pointer(a) + (first * k), wide, k));
                TOperand.Multiply(count, n, length, wide, weights, sums, threads);
                ManagedParallel.For(count, threads, new Scaling<T, TSum>(sums, scale, ManagedSpan.Pointer(y) + (first * n), n));
            }
        }

        ArrayPool<TSum>.Shared.Return(buffer);
    }

    /// <summary>Widens some rows.</summary>
    internal readonly struct Widening<TQuantized, TSum, TOperand>(TQuantized* from, TSum* to, nint count) : IParallelBody
        where TQuantized : unmanaged
        where TSum : unmanaged
        where TOperand : struct, IWideOperand<TQuantized, TSum>
    {
        public void Execute(long chunk) => TOperand.Widen(from + (chunk * count), count, to + (chunk * TOperand.Length(count)));
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
