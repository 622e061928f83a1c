using System.Numerics;

namespace CudaKernels;

/// <summary>Runs an expression on the processor, block by block: what lies between its functions stays in the first-level cache.</summary>
internal static unsafe class ManagedFusion
{
    // Of a block; a few registers of them fit into the first-level cache.
    private const int Block = 1024;

    // Of a piece of work: fixed, so that results never depend on the number of threads.
    private const int Chunk = 32 * Block;

    public static void Run<T>(CpuDevice device, FusedProgram<T> program, in OperandLoop loop, ReadOnlySpan<nint> pointers) where T : unmanaged, IFloatingPointIeee754<T>
    {
        fixed (nint* operands = pointers)
        {
            var chunks = (loop.Count + Chunk - 1) / Chunk;
            if (typeof(T) == typeof(double))
            {
                ManagedParallel.For(chunks, device.Options.Threads, new Work<T, double>(program, loop, operands));
            }
            else
            {
                ManagedParallel.For(chunks, device.Options.Threads, new Work<T, float>(program, loop, operands));
            }
        }
    }

    private readonly struct Work<T, TCompute>(FusedProgram<T> program, OperandLoop loop, nint* operands) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly OperandLoop _loop = loop;

        public void Execute(long chunk)
        {
            // One more register of elements as they are stored.
            var buffer = PackBuffer.Rent((nuint)((program.Constants.Count + 1) * Block * sizeof(TCompute)));
            try
            {
                for (var register = 0; register < program.Constants.Count; register++)
                {
                    if (program.Constants[register] is { } constant)
                    {
                        new Span<TCompute>(Register(buffer, register), Block).Fill(TCompute.CreateTruncating(constant));
                    }
                }

                for (var start = chunk * Chunk; start < Math.Min((chunk + 1) * Chunk, _loop.Count); start += Block)
                {
                    RunBlock(buffer, start, (int)Math.Min(Block, _loop.Count - start));
                }
            }
            finally
            {
                buffer.Return();
            }
        }

        private void RunBlock(PackBuffer buffer, long start, int count)
        {
            var stored = (T*)Register(buffer, program.Constants.Count);
            for (var input = 0; input < program.Inputs; input++)
            {
                Widen(Gather(input + 1, start, count, stored), Register(buffer, input), count);
            }

            foreach (var (step, to, a, b) in program.Instructions)
            {
                step.Run((byte*)Register(buffer, to), (byte*)Register(buffer, a), b < 0 ? null : (byte*)Register(buffer, b), count);
            }

            Narrow(Register(buffer, program.Result), stored, count);
            Scatter(start, count, stored);
        }

        private static TCompute* Register(PackBuffer buffer, int register) => (TCompute*)buffer.Address + (register * Block);

        /// <summary>Elements of an operand side by side: where they are, if they are, else in the room given.</summary>
        private T* Gather(int operand, long start, int count, T* room)
        {
            var source = (T*)operands[operand];
            var (inner, stride) = (_loop.InnerLength, _loop.InnerStride(operand));
            if (stride == 1 && start % inner + count <= inner)
            {
                return source + _loop.Offset(operand, start);
            }

            for (var done = 0; done < count;)
            {
                var from = source + _loop.Offset(operand, start + done);
                var run = (int)Math.Min(count - done, inner - ((start + done) % inner));
                for (var i = 0; i < run; i++)
                {
                    room[done + i] = from[i * stride];
                }

                done += run;
            }

            return room;
        }

        private void Scatter(long start, int count, T* from)
        {
            var (inner, stride) = (_loop.InnerLength, _loop.InnerStride(0));
            for (var done = 0; done < count;)
            {
                var to = (T*)operands[0] + _loop.Offset(0, start + done);
                var run = (int)Math.Min(count - done, inner - ((start + done) % inner));
                if (stride == 1)
                {
                    new ReadOnlySpan<T>(from + done, run).CopyTo(new Span<T>(to, run));
                }
                else
                {
                    for (var i = 0; i < run; i++)
                    {
                        to[i * stride] = from[done + i];
                    }
                }

                done += run;
            }
        }

        private static void Widen(T* from, TCompute* to, int count)
        {
            if (typeof(T) == typeof(TCompute))
            {
                new ReadOnlySpan<T>(from, count).CopyTo(new Span<T>((T*)to, count));
            }
            else
            {
                BlockConversion.Widen(new ReadOnlySpan<T>(from, count), new Span<float>((float*)to, count));
            }
        }

        private static void Narrow(TCompute* from, T* to, int count)
        {
            if (typeof(T) == typeof(TCompute))
            {
                new ReadOnlySpan<T>((T*)from, count).CopyTo(new Span<T>(to, count));
            }
            else
            {
                BlockConversion.Narrow(new ReadOnlySpan<float>((float*)from, count), new Span<T>(to, count));
            }
        }
    }
}
