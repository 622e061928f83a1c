using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>Quantisation with a scale for each block on the processor.</summary>
internal static unsafe class ManagedBlockQuantization
{
    /// <summary>About as many elements are a piece of work.</summary>
    private const int Chunk = 32 * 1024;

    /// <summary>Quantises dense tensors that are not empty; the caller holds leases (<see cref="BlockHold"/>).</summary>
    public static void Quantize<T, TFloat8>(CpuDevice device, DeviceTensor<T> x, DeviceTensor<TFloat8> q, DeviceTensor<float> scale, ScaleBlocks blocks)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFloat8 : unmanaged, IFloat8<TFloat8>
    {
        ForEachBlock(device, blocks, new QuantizeBlock<T, TFloat8>(ManagedSpan.Pointer(x), ManagedSpan.Pointer(q), ManagedSpan.Pointer(scale)));
    }

    /// <summary>The other way round.</summary>
    public static void Dequantize<T, TFloat8>(CpuDevice device, DeviceTensor<TFloat8> q, DeviceTensor<float> scale, DeviceTensor<T> x, ScaleBlocks blocks)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFloat8 : unmanaged, IFloat8<TFloat8>
    {
        ForEachBlock(device, blocks, new DequantizeBlock<T, TFloat8>(ManagedSpan.Pointer(q), ManagedSpan.Pointer(scale), ManagedSpan.Pointer(x)));
    }

    private static void ForEachBlock<TBody>(CpuDevice device, ScaleBlocks blocks, TBody body) where TBody : struct, IBlockBody
    {
        var rows = Math.Max(Chunk / (blocks.Columns * blocks.Height), 1);
        ManagedParallel.For((blocks.Down + rows - 1) / rows, device.Options.Threads, new BlockRows<TBody>(body, blocks, rows));
    }

    /// <summary>What becomes of a block.</summary>
    private interface IBlockBody
    {
        /// <param name="scale">The number of its scale.</param>
        /// <param name="first">The number of its first element.</param>
        /// <param name="pitch">From row to row.</param>
        /// <param name="rows">How many.</param>
        /// <param name="count">Elements of a row.</param>
        void Execute(nint scale, nint first, nint pitch, nint rows, int count);
    }

    /// <summary>Some rows of blocks.</summary>
    private readonly struct BlockRows<TBody>(TBody body, ScaleBlocks blocks, nint rows) : IParallelBody where TBody : struct, IBlockBody
    {
        private readonly TBody _body = body;

        public void Execute(long chunk)
        {
            var end = Math.Min((nint)(chunk + 1) * rows, blocks.Down);
            for (var row = (nint)chunk * rows; row < end; row++)
            {
                for (nint column = 0; column < blocks.Across; column++)
                {
                    var (firstRow, firstColumn) = (row * blocks.Height, column * ScaleBlocks.Length);
                    _body.Execute(
                        (row * blocks.Across) + column,
                        (firstRow * blocks.Columns) + firstColumn,
                        blocks.Columns,
                        Math.Min(blocks.Height, blocks.Rows - firstRow),
                        (int)Math.Min(ScaleBlocks.Length, blocks.Columns - firstColumn));
                }
            }
        }
    }

    private readonly struct QuantizeBlock<T, TFloat8>(T* x, TFloat8* q, float* scale) : IBlockBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFloat8 : unmanaged, IFloat8<TFloat8>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(nint block, nint first, nint pitch, nint rows, int count)
        {
            var largest = 0.0;
            for (nint row = 0; row < rows; row++)
            {
                largest = Math.Max(largest, Largest(x + first + (row * pitch), count));
            }

            var step = Step(largest / (float)TFloat8.MaxValue);
            scale[block] = step;
            for (nint row = 0; row < rows; row++)
            {
                ManagedQuantization.QuantizeRun<T, TFloat8, Float8Quantizer<TFloat8>>(x + first + (row * pitch), step, q + first + (row * pitch), count);
            }
        }
    }

    private readonly struct DequantizeBlock<T, TFloat8>(TFloat8* q, float* scale, T* x) : IBlockBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFloat8 : unmanaged, IFloat8<TFloat8>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(nint block, nint first, nint pitch, nint rows, int count)
        {
            for (nint row = 0; row < rows; row++)
            {
                ManagedQuantization.DequantizeRun<T, TFloat8>(q + first + (row * pitch), scale[block], x + first + (row * pitch), count);
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
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
