using System.Numerics;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>Quantisation with a scale for each block on the processor.</summary>
internal static unsafe class ManagedBlockQuantization
{
    /// <summary>About as many elements are a piece of work.</summary>
    private const int Chunk = 32 * 1024;

    /// <summary>Quantises dense tensors that are not empty; the caller holds leases (<see cref="BlockHold"/>).</summary>
    public static void Run<T, TFloat8>(CpuDevice device, DeviceTensor<T> x, DeviceTensor<TFloat8> q, DeviceTensor<float> scale, ScaleBlocks blocks)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFloat8 : unmanaged, IFloat8<TFloat8>
    {
        var rows = Math.Max(Chunk / (blocks.Columns * blocks.Height), 1);
        ManagedParallel.For((blocks.Down + rows - 1) / rows, device.Options.Threads, new BlockRows<T, TFloat8>(ManagedSpan.Pointer(x), ManagedSpan.Pointer(q), ManagedSpan.Pointer(scale), blocks, rows));
    }

    /// <summary>Some rows of blocks.</summary>
    private readonly struct BlockRows<T, TFloat8>(T* x, TFloat8* q, float* scale, ScaleBlocks blocks, nint rows) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFloat8 : unmanaged, IFloat8<TFloat8>
    {
        public void Execute(long chunk)
        {
            var end = Math.Min((nint)(chunk + 1) * rows, blocks.Down);
            for (var row = (nint)chunk * rows; row < end; row++)
            {
                for (nint column = 0; column < blocks.Across; column++)
                {
                    Quantize(row, column);
                }
            }
        }

        private void Quantize(nint blockRow, nint blockColumn)
        {
            var (row, column) = (blockRow * blocks.Height, blockColumn * ScaleBlocks.Length);
            var (end, count) = (Math.Min(row + blocks.Height, blocks.Rows), Math.Min(ScaleBlocks.Length, blocks.Columns - column));
            var largest = 0.0;
            for (var r = row; r < end; r++)
            {
                largest = Math.Max(largest, Largest(x + (r * blocks.Columns) + column, (int)count));
            }

            var step = Step(largest / (float)TFloat8.MaxValue);
            scale[(blockRow * blocks.Across) + blockColumn] = step;
            for (var r = row; r < end; r++)
            {
                ManagedQuantization.QuantizeRun<T, TFloat8, Float8Quantizer<TFloat8>>(x + (r * blocks.Columns) + column, step, q + (r * blocks.Columns) + column, count);
            }
        }
    }

    // The quotient of floats rounds to the same float when it was a double before.
    private static float Step(double scale)
    {
        var rounded = scale < float.MaxValue ? (float)scale : float.MaxValue;
        return rounded > 0 ? rounded : 1;
    }

    /// <summary>The largest finite magnitude, 0 where there is none.</summary>
    private static double Largest<T>(T* x, int count) where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            var largest = 0.0;
            for (var i = 0; i < count; i++)
            {
                var magnitude = Math.Abs(((double*)x)[i]);
                largest = magnitude < double.PositiveInfinity && magnitude > largest ? magnitude : largest;
            }

            return largest;
        }

        var wide = stackalloc float[ScaleBlocks.Length];
        BlockConversion.Widen(new ReadOnlySpan<T>(x, count), new Span<float>(wide, ScaleBlocks.Length));
        new Span<float>(wide + count, ScaleBlocks.Length - count).Clear();
        var most = Vector512<float>.Zero;
        for (var i = 0; i < ScaleBlocks.Length; i += Vector512<float>.Count)
        {
            var magnitude = Vector512.Abs(Vector512.Load(wide + i));
            most = Vector512.Max(most, Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(float.PositiveInfinity)), magnitude, Vector512<float>.Zero));
        }

        var result = 0f;
        for (var i = 0; i < Vector512<float>.Count; i++)
        {
            result = Math.Max(result, most[i]);
        }

        return result;
    }
}
