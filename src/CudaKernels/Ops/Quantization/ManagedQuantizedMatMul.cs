using System.Buffers;
using System.Numerics;

namespace CudaKernels;

/// <summary>The product of quantised matrices on the processor: widened to int, multiplied by the managed matrix product, scaled row by row.</summary>
internal static unsafe class ManagedQuantizedMatMul
{
    /// <summary>About as many elements as rows are widened and summed in at a time.</summary>
    private const long Elements = 4 * 1024 * 1024;

    /// <summary>So many rows at least, that the other operand is not packed for a few.</summary>
    private const long FewRows = 256;

    /// <summary>Computes y[m, n] from dense a[m, k] and b[n, k]; the caller holds leases (<see cref="BlockHold"/>).</summary>
    public static void Run<T>(CpuDevice device, DeviceTensor<sbyte> a, DeviceTensor<sbyte> b, ManagedProductScale<T> scale, DeviceTensor<T> y, nint m, nint n, nint k)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var threads = device.Options.Threads;
        var rows = (nint)Math.Min(Math.Max(Elements / (n + k), FewRows), m);
        using var weights = new WideElements<sbyte, int>(ManagedSpan.Pointer(b), n * k);
        var buffer = ArrayPool<int>.Shared.Rent(checked((int)(rows * (n + k))));
        fixed (int* wide = buffer)
        {
            var sums = wide + (rows * k);
            for (nint first = 0; first < m; first += rows)
            {
                var count = Math.Min(rows, m - first);
                ManagedParallel.For(count, threads, new Widening(ManagedSpan.Pointer(a) + (first * k), wide, (int)k));
                ManagedGemm.Multiply(false, true, count, n, k, 1, wide, k, weights.Address, k, 0, sums, n, threads);
                ManagedParallel.For(count, threads, new Scaling<T>(sums, scale, ManagedSpan.Pointer(y) + (first * n), n));
            }
        }

        ArrayPool<int>.Shared.Return(buffer);
    }

    private readonly struct Widening(sbyte* from, int* to, int length) : IParallelBody
    {
        public void Execute(long chunk) => ByteElement<sbyte>.Widen(new ReadOnlySpan<sbyte>(from + (chunk * length), length), new Span<int>(to + (chunk * length), length));
    }

    private readonly struct Scaling<T>(int* sums, ManagedProductScale<T> scale, T* y, nint length) : IParallelBody where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly ManagedProductScale<T> _scale = scale;

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
