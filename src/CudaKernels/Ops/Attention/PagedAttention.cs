using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly PagedAttentionKernels s_pagedAttention = new(new KernelFile("attention/paged_attention.cu"));

    extension<T>(DeviceTensor<T> queries) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes the attention y = softmax(scale·Q·Kᵀ)·V of the last queries of sequences (this tensor is Q) over a cache of keys and values in pages:
        /// position p of sequence b lies in row p mod page_length of page pageTable[b, p / page_length], and query i of a sequence stands at the position
        /// lengths[b] - queries + i, where it sees the keys that the options say (Kwon et al. 2023, PagedAttention). Heads of queries that are several times
        /// those of keys and values share them in groups. Half and BFloat16 compute in float and round once, on tensor cores their weights, too.
        /// </summary>
        /// <remarks>
        /// On a GPU the keys of a sequence are divided among blocks, whose number depends on the device and on the shapes and never on the lengths, and
        /// are put together in a fixed order: results are deterministic, and nothing is read back. The special values are those of <c>Attention</c>: a
        /// query that sees no key, as of a sequence of length 0, gives zeros. Entries of the table for positions that no query sees are not read. On the
        /// managed device a length that the table has no room for and a page that does not exist are refused; on a GPU the sequence with such a length is
        /// NaN, and so is each query that sees a position in such a page.
        /// </remarks>
        /// <param name="keyPages">[pages, key-value heads, page_length, head_dim], dense, for queries of shape [batch, heads, queries, head_dim].</param>
        /// <param name="valuePages">[pages, key-value heads, page_length, value_dim], dense.</param>
        /// <param name="pageTable">[batch, most pages of a sequence].</param>
        /// <param name="lengths">[batch]: the positions of each sequence, those of the queries included.</param>
        /// <param name="destination">y, [batch, heads, queries, value_dim]; must not overlap an input.</param>
        /// <param name="options">Scale, causality, window and algorithm; null for the default scale and a causal attention, in which queries do not see those behind them.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, a cache is not dense, or the destination overlaps an input.</exception>
        /// <exception cref="ArgumentOutOfRangeException">On the managed device: a length or a page is out of range.</exception>
        /// <exception cref="NotSupportedException">The algorithm of the options does not exist for these tensors; <see cref="AttentionAlgorithm.Wgmma"/> does for none.</exception>
        public void PagedAttention(
            DeviceTensor<T> keyPages, DeviceTensor<T> valuePages, DeviceTensor<int> pageTable, DeviceTensor<int> lengths, DeviceTensor<T> destination, AttentionOptions? options = null) =>
            RunPagedAttention<T, float>(queries, keyPages, valuePages, pageTable, lengths, destination, null, options);

        /// <summary>Computes the attention over pages and the logarithms of its sums, with which results over parts of the keys can be put together; see the form without <paramref name="logSumExp"/>.</summary>
        /// <typeparam name="TStatistic">double for double tensors, else float.</typeparam>
        /// <param name="keyPages">[pages, key-value heads, page_length, head_dim], dense.</param>
        /// <param name="valuePages">[pages, key-value heads, page_length, value_dim], dense.</param>
        /// <param name="pageTable">[batch, most pages of a sequence].</param>
        /// <param name="lengths">[batch]: the positions of each sequence, those of the queries included.</param>
        /// <param name="destination">y, [batch, heads, queries, value_dim]; must not overlap another tensor.</param>
        /// <param name="logSumExp">
        /// [batch, heads, queries], dense: receives log Σ exp(score) over the keys that each query sees, in nats;
        /// -∞ where it sees none or no score is above -∞.
        /// </param>
        /// <param name="options">Scale, causality, window and algorithm; null for the default scale and a causal attention.</param>
        /// <exception cref="ArgumentException">Shapes, types or devices do not fit, a cache is not dense, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">On the managed device: a length or a page is out of range.</exception>
        /// <exception cref="NotSupportedException">The algorithm of the options does not exist for these tensors; <see cref="AttentionAlgorithm.Wgmma"/> does for none.</exception>
        public void PagedAttention<TStatistic>(
            DeviceTensor<T> keyPages,
            DeviceTensor<T> valuePages,
            DeviceTensor<int> pageTable,
            DeviceTensor<int> lengths,
            DeviceTensor<T> destination,
            DeviceTensor<TStatistic> logSumExp,
            AttentionOptions? options = null)
            where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
        {
            ArgumentNullException.ThrowIfNull(logSumExp);
            RunPagedAttention(queries, keyPages, valuePages, pageTable, lengths, destination, logSumExp, options);
        }
    }

    private static void RunPagedAttention<T, TStatistic>(
        DeviceTensor<T> queries,
        DeviceTensor<T> keyPages,
        DeviceTensor<T> valuePages,
        DeviceTensor<int> pageTable,
        DeviceTensor<int> lengths,
        DeviceTensor<T> destination,
        DeviceTensor<TStatistic>? logSumExp,
        AttentionOptions? options)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
    {
        ArgumentNullException.ThrowIfNull(queries);
        options ??= AttentionOptions.Causal;
        if (queries.Rank != 4)
        {
            throw new ArgumentException($"attention over pages takes queries [batch, heads, queries, head_dim], four dimensions, got shape {queries.Layout}", nameof(queries));
        }

        var cache = PagedCacheShape.Of(keyPages, valuePages, pageTable, lengths, queries.Lengths[0]);
        var shape = AttentionShape.Of(queries, keyPages, valuePages, cache, options);
        RequireShape(destination, AttentionShape.OutputLengths(queries, valuePages, stackalloc nint[4]));
        RequireInputsApart(destination, nameof(destination));
        if (logSumExp is not null)
        {
            RequireLogSumExp(logSumExp, queries);
            RequireInputsApart(logSumExp, nameof(logSumExp));
            RequireApart(destination, logSumExp, nameof(logSumExp));
        }

        using var q = AsDense(queries);
        using var table = AsDense(pageTable);
        using var ends = AsDense(lengths);
        using var y = AsDenseResult(destination);
        var inputs = new PagedAttentionInputs<T>(q.Tensor, keyPages, valuePages, table.Tensor, ends.Tensor);
        if (destination.Device is CpuDevice)
        {
            using var hold = new BlockHold(q.Tensor.Block, keyPages.Block, valuePages.Block, y.Tensor.Block);
            using var more = new BlockHold(table.Tensor.Block, ends.Tensor.Block, logSumExp?.Block);
            ManagedPagedAttention.Run(shape, cache, shape.Scale(options), inputs, y.Tensor, logSumExp);
        }
        else if (!destination.IsEmpty)
        {
            s_pagedAttention.Run(shape, cache, shape.Scale(options), options.Algorithm, inputs, y.Tensor, logSumExp);
        }

        y.Complete();

        void RequireInputsApart<TResult>(DeviceTensor<TResult> result, string parameter) where TResult : unmanaged
        {
            RequireApart(queries, result, parameter);
            RequireApart(keyPages, result, parameter);
            RequireApart(valuePages, result, parameter);
            RequireApart(pageTable, result, parameter);
            RequireApart(lengths, result, parameter);
        }
    }
}

/// <summary>What an attention over pages reads, dense.</summary>
internal readonly record struct PagedAttentionInputs<T>(DeviceTensor<T> Queries, DeviceTensor<T> KeyPages, DeviceTensor<T> ValuePages, DeviceTensor<int> PageTable, DeviceTensor<int> Lengths) where T : unmanaged;
