using System.Buffers;

namespace CudaKernels;

/// <summary>Reductions on the processor, in an order that depends on the shape alone.</summary>
internal static unsafe class ManagedReduction
{
    /// <summary>Elements per piece of work along a row, and about as many per piece of several rows or columns.</summary>
    private const int Chunk = 64 * 1024;

    /// <summary>Columns whose accumulators are kept side by side.</summary>
    private const int ColumnBlock = 128;

    public static void Run<T, TAccumulator, TResult, TBody>(CpuDevice device, DeviceTensor<T> x, DeviceTensor<TResult> y, ReductionShape shape, TBody body)
        where T : unmanaged
        where TAccumulator : unmanaged
        where TResult : unmanaged
        where TBody : struct, IReductionBody<T, TAccumulator, TResult>
    {
        var (from, to, threads) = (new Elements<T>(x), new Elements<TResult>(y), device.Options.Threads);
        if (shape.Inner != 1)
        {
            var blocks = (shape.Inner + ColumnBlock - 1) / ColumnBlock;
            ManagedParallel.For(shape.Outer * blocks, threads, new Columns<T, TAccumulator, TResult, TBody>(body, from, to, shape, blocks));
            return;
        }

        if (shape.Length <= Chunk || shape.Outer >= 2L * threads * 8)
        {
            var rowsPerChunk = Math.Max(Chunk / Math.Max(shape.Length, 1), 1);
            ManagedParallel.For((shape.Outer + rowsPerChunk - 1) / rowsPerChunk, threads, new Rows<T, TAccumulator, TResult, TBody>(body, from, to, shape, rowsPerChunk));
            return;
        }

        var pieces = (int)((shape.Length + Chunk - 1) / Chunk);
        var partial = ArrayPool<TAccumulator>.Shared.Rent(pieces);
        try
        {
            for (nint row = 0; row < shape.Outer; row++)
            {
                fixed (TAccumulator* parts = partial)
                {
                    ManagedParallel.For(pieces, threads, new Pieces<T, TAccumulator, TResult, TBody>(body, from.Pointer + (row * shape.Length), shape.Length, parts));
                }

                to.Pointer[row] = body.Finish(Join<T, TAccumulator, TResult, TBody>(body, partial.AsSpan(0, pieces)), shape.Length);
            }
        }
        finally
        {
            ArrayPool<TAccumulator>.Shared.Return(partial);
        }
    }

    /// <summary>A row in pieces of a fixed size, joined in order: the same however many threads share them.</summary>
    private static TAccumulator Row<T, TAccumulator, TResult, TBody>(TBody body, T* x, nint length)
        where T : unmanaged
        where TAccumulator : unmanaged
        where TResult : unmanaged
        where TBody : struct, IReductionBody<T, TAccumulator, TResult>
    {
        var all = body.Identity;
        for (nint start = 0; start < length; start += Chunk)
        {
            all = body.Combine(all, body.Run(x + start, Math.Min(Chunk, length - start), start));
        }

        return all;
    }

    private static TAccumulator Join<T, TAccumulator, TResult, TBody>(TBody body, ReadOnlySpan<TAccumulator> partial)
        where T : unmanaged
        where TAccumulator : unmanaged
        where TResult : unmanaged
        where TBody : struct, IReductionBody<T, TAccumulator, TResult>
    {
        var all = body.Identity;
        foreach (var part in partial)
        {
            all = body.Combine(all, part);
        }

        return all;
    }

    private readonly struct Elements<T>(DeviceTensor<T> tensor) where T : unmanaged
    {
        public readonly T* Pointer = ManagedSpan.Pointer(tensor);
    }

    private readonly struct Rows<T, TAccumulator, TResult, TBody>(TBody body, Elements<T> x, Elements<TResult> y, ReductionShape shape, nint rowsPerChunk) : IParallelBody
        where T : unmanaged
        where TAccumulator : unmanaged
        where TResult : unmanaged
        where TBody : struct, IReductionBody<T, TAccumulator, TResult>
    {
        private readonly TBody _body = body;

        public void Execute(long chunk)
        {
            var end = Math.Min(((nint)chunk + 1) * rowsPerChunk, shape.Outer);
            for (var row = (nint)chunk * rowsPerChunk; row < end; row++)
            {
                y.Pointer[row] = _body.Finish(Row<T, TAccumulator, TResult, TBody>(_body, x.Pointer + (row * shape.Length), shape.Length), shape.Length);
            }
        }
    }

    private readonly struct Pieces<T, TAccumulator, TResult, TBody>(TBody body, T* x, nint length, TAccumulator* partial) : IParallelBody
        where T : unmanaged
        where TAccumulator : unmanaged
        where TResult : unmanaged
        where TBody : struct, IReductionBody<T, TAccumulator, TResult>
    {
        private readonly TBody _body = body;

        public void Execute(long chunk)
        {
            var start = (nint)chunk * Chunk;
            partial[chunk] = _body.Run(x + start, Math.Min(Chunk, length - start), start);
        }
    }

    private readonly struct Columns<T, TAccumulator, TResult, TBody>(TBody body, Elements<T> x, Elements<TResult> y, ReductionShape shape, nint blocks) : IParallelBody
        where T : unmanaged
        where TAccumulator : unmanaged
        where TResult : unmanaged
        where TBody : struct, IReductionBody<T, TAccumulator, TResult>
    {
        private readonly TBody _body = body;

        public void Execute(long chunk)
        {
            var outer = (nint)chunk / blocks;
            var first = (nint)chunk % blocks * ColumnBlock;
            var count = (int)Math.Min(ColumnBlock, shape.Inner - first);
            var sumsRoom = stackalloc TAccumulator[ColumnBlock + StackRoom.Spare<TAccumulator>()];
            var sums = StackRoom.Align(sumsRoom);
            new Span<TAccumulator>(sums, count).Fill(_body.Identity);
            for (nint i = 0; i < shape.Length; i++)
            {
                var row = x.Pointer + ((((outer * shape.Length) + i) * shape.Inner) + first);
                for (var c = 0; c < count; c++)
                {
                    sums[c] = _body.Combine(sums[c], _body.Enter(row[c], i));
                }
            }

            for (var c = 0; c < count; c++)
            {
                y.Pointer[(outer * shape.Inner) + first + c] = _body.Finish(sums[c], shape.Length);
            }
        }
    }
}
