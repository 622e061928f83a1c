using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>The pointwise part of a recurrent cell on vectors: some inputs, some outputs.</summary>
internal unsafe interface ICellBody
{
    /// <summary>How many vectors are read and written.</summary>
    static abstract (int Inputs, int Outputs) Operands { get; }

    /// <summary>Computes the outputs of one vector of columns.</summary>
    /// <typeparam name="TCompute">float or double.</typeparam>
    static abstract void Invoke<TCompute>(Vector512<TCompute>* x, Vector512<TCompute>* y) where TCompute : unmanaged;
}

/// <summary>Runs the pointwise part of a cell over the rows of its operands: blocks of columns are brought to float or double, computed vector by vector, and rounded once.</summary>
internal static unsafe class CellLoop
{
    /// <summary>Elements per piece of work: fixed, so that results never depend on the number of threads.</summary>
    private const int ElementsPerChunk = 4 * 1024;

    /// <summary>Columns that are computed at a time: a multiple of a vector of any type.</summary>
    private const int Block = 64;

    public static void Run<T, TBody>(CpuDevice device, CellShape shape, CellOperands operands) where T : unmanaged where TBody : struct, ICellBody
    {
        var rowsPerChunk = Math.Max(ElementsPerChunk / Math.Max(shape.Width, 1), 1);
        var chunks = (shape.Rows + rowsPerChunk - 1) / rowsPerChunk;
        if (typeof(T) == typeof(double))
        {
            ManagedParallel.For(chunks, device.Options.Threads, new Work<T, double, TBody>(operands, shape.Rows, shape.Width, rowsPerChunk));
        }
        else
        {
            ManagedParallel.For(chunks, device.Options.Threads, new Work<T, float, TBody>(operands, shape.Rows, shape.Width, rowsPerChunk));
        }
    }

    private readonly struct Work<T, TCompute, TBody>(CellOperands operands, nint rows, int width, nint rowsPerChunk) : IParallelBody
        where T : unmanaged
        where TCompute : unmanaged
        where TBody : struct, ICellBody
    {
        private readonly CellOperands _operands = operands;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Execute(long chunk)
        {
            var buffersRoom = stackalloc TCompute[(CellOperands.Most * Block) + StackRoom.Spare<TCompute>()];
            var buffers = StackRoom.Align(buffersRoom);
            var end = Math.Min(((nint)chunk + 1) * rowsPerChunk, rows);
            for (var row = (nint)chunk * rowsPerChunk; row < end; row++)
            {
                for (var column = 0; column < width; column += Block)
                {
                    RunBlock(row, column, Math.Min(Block, width - column), buffers);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private void RunBlock(nint row, int column, int count, TCompute* buffers)
        {
            var (inputs, outputs) = TBody.Operands;
            for (var i = 0; i < inputs; i++)
            {
                var buffer = new Span<TCompute>(buffers + (i * Block), Block);
                if (_operands[i].Pointer == 0)
                {
                    buffer.Clear();
                }
                else
                {
                    Read(At(i, row, column, count), buffer);
                }
            }

            var lanes = Vector512<TCompute>.Count;
            var x = stackalloc Vector512<TCompute>[CellOperands.Most];
            var y = x + inputs;
            for (var at = 0; at < count; at += lanes)
            {
                for (var i = 0; i < inputs; i++)
                {
                    x[i] = Vector512.Load(buffers + (i * Block) + at);
                }

                TBody.Invoke(x, y);
                for (var i = inputs; i < inputs + outputs; i++)
                {
                    x[i].Store(buffers + (i * Block) + at);
                }
            }

            for (var i = inputs; i < inputs + outputs; i++)
            {
                Write(new ReadOnlySpan<TCompute>(buffers + (i * Block), count), At(i, row, column, count));
            }
        }

        private Span<T> At(int operand, nint row, int column, int count) => new((T*)_operands[operand].Pointer + (row * _operands[operand].RowStep) + column, count);

        private static void Read(ReadOnlySpan<T> from, Span<TCompute> to)
        {
            if (typeof(T) == typeof(TCompute))
            {
                from.CopyTo(MemoryMarshal.Cast<TCompute, T>(to));
            }
            else
            {
                BlockConversion.Widen(from, MemoryMarshal.Cast<TCompute, float>(to));
            }
        }

        private static void Write(ReadOnlySpan<TCompute> from, Span<T> to)
        {
            if (typeof(T) == typeof(TCompute))
            {
                MemoryMarshal.Cast<TCompute, T>(from).CopyTo(to);
            }
            else
            {
                BlockConversion.Narrow(MemoryMarshal.Cast<TCompute, float>(from), to);
            }
        }
    }
}
