using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;

namespace CudaKernels;

/// <summary>The product of 8-bit floats with scales of blocks on the processor: a managed matrix product for each stage of k, added with its scales.</summary>
internal static unsafe class ManagedBlockScaledMatMul
{
    /// <summary>About as many elements as rows are widened and summed in at a time.</summary>
    private const long Elements = 4 * 1024 * 1024;

    /// <summary>So many rows at least, that the other operand is not packed for a few.</summary>
    private const long FewRows = 256;

    /// <summary>Computes y[m, n] from dense a[m, k] and b[n, k]; the caller holds leases (<see cref="BlockHold"/>).</summary>
    public static void Run<TLeft, TRight, T>(
        CpuDevice device, DeviceTensor<TLeft> a, DeviceTensor<float> scale, DeviceTensor<TRight> b, DeviceTensor<float> rightScale, DeviceTensor<T>? bias, DeviceTensor<T> y, nint m, nint n, nint k)
        where TLeft : unmanaged, IFloat8<TLeft>
        where TRight : unmanaged, IFloat8<TRight>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var threads = device.Options.Threads;
        var stages = new ScaleBlocks(n, k, ScaleBlocks.Length).Across;
        var rows = (nint)Math.Min(Math.Max(Elements / ((2 * n) + k), FewRows), m);
        var buffer = ArrayPool<float>.Shared.Rent(checked((int)((n * k) + (rows * ((2 * n) + k)))));
        var one = 1f;
        var biased = new ManagedProductScale<T>(&one, &one, 0, bias is null ? null : ManagedSpan.Pointer(bias));
        fixed (float* weights = buffer)
        {
            var wide = weights + (n * k);
            var part = wide + (rows * k);
            var sums = part + (rows * n);
            ManagedParallel.For(n, threads, new ManagedQuantizedMatMul.Widening<TRight, float, WidenedOperand<TRight, float, Float8Element<TRight>>>(ManagedSpan.Pointer(b), weights, k));
            for (nint first = 0; first < m; first += rows)
            {
                var count = Math.Min(rows, m - first);
                ManagedParallel.For(count, threads, new ManagedQuantizedMatMul.Widening<TLeft, float, WidenedOperand<TLeft, float, Float8Element<TLeft>>>(ManagedSpan.Pointer(a) + (first * k), wide, k));
                new Span<float>(sums, (int)(count * n)).Clear();
                for (nint stage = 0; stage < stages; stage++)
                {
                    var begin = stage * ScaleBlocks.Length;
                    ManagedGemm.Multiply(false, true, count, n, Math.Min(ScaleBlocks.Length, k - begin), 1, wide + begin, k, weights + begin, k, 0, part, n, threads);
                    ManagedParallel.For(count, threads, new Adding(part, sums, n, ManagedSpan.Pointer(scale) + (first * stages) + stage, ManagedSpan.Pointer(rightScale) + stage, stages));
                }

                ManagedParallel.For(count, threads, new ManagedQuantizedMatMul.Scaling<T, float>(sums, biased, ManagedSpan.Pointer(y) + (first * n), n));
            }
        }

        ArrayPool<float>.Shared.Return(buffer);
    }

    /// <summary>Adds a row of a stage to the sums, times its scale and those of the blocks of columns.</summary>
    private readonly struct Adding(float* part, float* sums, nint length, float* scale, float* rightScale, nint stages) : IParallelBody
    {
        public void Execute(long chunk)
        {
            var first = (nint)chunk * length;
            for (nint column = 0; column < length; column += ScaleBlocks.Length)
            {
                var count = (int)Math.Min(ScaleBlocks.Length, length - column);
                var to = new Span<float>(sums + first + column, count);
                TensorPrimitives.MultiplyAdd(new ReadOnlySpan<float>(part + first + column, count), scale[(nint)chunk * stages] * rightScale[column / ScaleBlocks.Length * stages], to, to);
            }
        }
    }
}
