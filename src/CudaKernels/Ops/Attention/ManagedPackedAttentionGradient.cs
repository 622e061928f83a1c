using System.Buffers;
using System.Numerics;

namespace CudaKernels;

/// <summary>
/// The managed form of the gradients of packed sequences: the rows of each head of keys and values of a sequence, and of the queries that share it, are
/// gathered, worked on as those of sequences that are not packed, and the results dealt out.
/// </summary>
internal static unsafe class ManagedPackedAttentionGradient
{
    public static void Run<T, TStatistic>(
        AttentionShape shape, PackedOffsets offsets, double scale, in AttentionInputs<T> inputs, DeviceTensor<TStatistic> logSumExp, in AttentionGradients<T> gradients)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
    {
        var threads = ((CpuDevice)gradients.Queries.Device).Options.Threads;
        var reads = new ManagedAttentionGradient.Reads<T>(
            ManagedSpan.Pointer(inputs.Queries), ManagedSpan.Pointer(inputs.Keys), ManagedSpan.Pointer(inputs.Values), ManagedSpan.Pointer(inputs.Output), ManagedSpan.Pointer(inputs.OutputGradient));
        var writes = new ManagedAttentionGradient.Writes<T>(ManagedSpan.Pointer(gradients.Queries), ManagedSpan.Pointer(gradients.Keys), ManagedSpan.Pointer(gradients.Values));
        var chunks = shape.KeyHeads;
        ManagedParallel.For(chunks, threads, new KeyHead<T, TStatistic>(shape, offsets, TStatistic.CreateTruncating(scale), reads, ManagedSpan.Pointer(logSumExp), writes, chunks == 1 ? threads : 1));
    }

    /// <summary>One head of keys and values of a sequence, and the heads of queries that share it.</summary>
    private readonly struct KeyHead<T, TCompute>(
        AttentionShape shape, PackedOffsets offsets, TCompute scale, ManagedAttentionGradient.Reads<T> reads, TCompute* logSumExp, ManagedAttentionGradient.Writes<T> writes, int threads) : IParallelBody
        where T : unmanaged, IFloatingPointIeee754<T>
        where TCompute : unmanaged, IFloatingPointIeee754<TCompute>
    {
        private readonly AttentionShape _shape = shape;
        private readonly PackedOffsets _offsets = offsets;
        private readonly TCompute _scale = scale;
        private readonly ManagedAttentionGradient.Reads<T> _reads = reads;
        private readonly ManagedAttentionGradient.Writes<T> _writes = writes;

        public void Execute(long keyHead)
        {
            var keyHeads = _shape.PackedHeads / _shape.Group;
            var (sequence, head) = (keyHead / keyHeads, keyHead % keyHeads);
            var mine = _offsets.Of(_shape, sequence) with { Heads = _shape.Group };
            var (rows, keys) = (checked((int)mine.QueryRows), (int)mine.Keys);
            var (headDim, valueDim) = ((int)mine.HeadDim, (int)mine.ValueDim);
            var buffer = ArrayPool<T>.Shared.Rent(checked(Math.Max(2 * (rows + keys) * (headDim + valueDim), 1)));
            var logarithms = ArrayPool<TCompute>.Shared.Rent(Math.Max(rows, 1));
            fixed (T* q = buffer)
            fixed (TCompute* sums = logarithms)
            {
                var dq = q + ((long)rows * headDim);
                var y = dq + ((long)rows * headDim);
                var dy = y + ((long)rows * valueDim);
                var k = dy + ((long)rows * valueDim);
                var v = k + ((long)keys * headDim);
                var dk = v + ((long)keys * valueDim);
                var dv = dk + ((long)keys * headDim);
                var (query, key) = ((_offsets.FirstQuery(sequence) * _shape.PackedHeads) + (head * _shape.Group), (_offsets.FirstKey(sequence) * keyHeads) + head);
                GatherQueries(_reads.Q, headDim, query, mine, q);
                GatherQueries(_reads.Y, valueDim, query, mine, y);
                GatherQueries(_reads.Dy, valueDim, query, mine, dy);
                for (var i = 0; i < rows; i++)
                {
                    sums[i] = logSumExp[query + (i / mine.Queries) + (i % mine.Queries * _shape.PackedHeads)];
                }

                new StridedRows<T, T>(_reads.K, keyHeads, headDim).Read(key, new Span<T>(k, keys * headDim));
                new StridedRows<T, T>(_reads.V, keyHeads, valueDim).Read(key, new Span<T>(v, keys * valueDim));
                new ManagedAttentionGradient.KeyHead<T, TCompute>(
                    mine, _scale, new ManagedAttentionGradient.Reads<T>(q, k, v, y, dy), sums, new ManagedAttentionGradient.Writes<T>(dq, dk, dv), threads).Execute(0);
                for (long shared = 0; shared < mine.Group; shared++)
                {
                    var from = new ReadOnlySpan<T>(dq + (shared * mine.Queries * headDim), (int)mine.Queries * headDim);
                    new StridedRows<T, T>(_writes.Dq, _shape.PackedHeads, headDim).Write(query + shared, from);
                }

                new StridedRows<T, T>(_writes.Dk, keyHeads, headDim).Write(key, new ReadOnlySpan<T>(dk, keys * headDim));
                new StridedRows<T, T>(_writes.Dv, keyHeads, valueDim).Write(key, new ReadOnlySpan<T>(dv, keys * valueDim));
            }

            ArrayPool<TCompute>.Shared.Return(logarithms);
            ArrayPool<T>.Shared.Return(buffer);
        }

        /// <summary>The rows of the heads that share keys and values, head after head.</summary>
        private void GatherQueries(T* rows, int width, long first, in AttentionShape mine, T* to)
        {
            for (long shared = 0; shared < mine.Group; shared++)
            {
                new StridedRows<T, T>(rows, _shape.PackedHeads, width).Read(first + shared, new Span<T>(to + (shared * mine.Queries * width), (int)mine.Queries * width));
            }
        }
    }
}
