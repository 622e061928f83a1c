using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    extension<T>(DeviceTensor<T> queries) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes <c>Attention</c> of sequences of different lengths, packed one after the other without padding: this tensor holds the queries of
        /// all, sequence b those of the rows from queryOffsets[b] to before queryOffsets[b + 1] (the <c>cu_seqlens</c> of FlashAttention), and sees the
        /// keys of the rows from keyOffsets[b] to before keyOffsets[b + 1], of which the last stands at the place of its last query.
        /// </summary>
        /// <remarks>
        /// Offsets stay on the device. Rows of the result that no sequence has are not written. On the managed device offsets that fall, or lie outside
        /// the rows, and a sequence of more than <paramref name="mostQueries"/> queries are refused. On a GPU a sequence whose queries do not exist has
        /// none, and one whose keys do not exist, or with too many queries, gives NaN in its first <paramref name="mostQueries"/> rows.
        /// Special values, algorithms and strided tensors, such as slices of one tensor [all rows, 3, heads, width], are as with <c>Attention</c>; a strided
        /// result is copied there and back, for the rows of no sequence.
        /// </remarks>
        /// <param name="keys">K, [all keys, key-value heads, head_dim] for queries of shape [all queries, heads, head_dim].</param>
        /// <param name="values">V, [all keys, key-value heads, value_dim].</param>
        /// <param name="queryOffsets">[sequences + 1], rising.</param>
        /// <param name="keyOffsets">[sequences + 1], rising; may be the same tensor.</param>
        /// <param name="mostQueries">The most queries that a sequence has, which sizes the launch.</param>
        /// <param name="destination">y, [all queries, heads, value_dim]; must not overlap an input.</param>
        /// <param name="options">Scale, causality, window and algorithm; null for the defaults.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or the destination overlaps an input.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A number is negative; on the managed device: an offset is out of range.</exception>
        /// <exception cref="NotSupportedException">The algorithm of the options does not exist for these tensors.</exception>
        public void PackedAttention(
            DeviceTensor<T> keys, DeviceTensor<T> values, DeviceTensor<int> queryOffsets, DeviceTensor<int> keyOffsets, nint mostQueries, DeviceTensor<T> destination, AttentionOptions? options = null) =>
            RunPackedAttention<T, float>(queries, keys, values, queryOffsets, keyOffsets, mostQueries, destination, null, options);

        /// <summary>Computes the attention of packed sequences and the logarithms of its sums; see the form without <paramref name="logSumExp"/>.</summary>
        /// <typeparam name="TStatistic">double for double tensors, else float.</typeparam>
        /// <param name="keys">K, [all keys, key-value heads, head_dim].</param>
        /// <param name="values">V, [all keys, key-value heads, value_dim].</param>
        /// <param name="queryOffsets">[sequences + 1], rising.</param>
        /// <param name="keyOffsets">[sequences + 1], rising; may be the same tensor.</param>
        /// <param name="mostQueries">The most queries that a sequence has.</param>
        /// <param name="destination">y, [all queries, heads, value_dim]; must not overlap another tensor.</param>
        /// <param name="logSumExp">
        /// [all queries, heads], dense: receives log Σ exp(score) over the keys that each query sees, in nats;
        /// -∞ where it sees none or no score is above -∞.
        /// </param>
        /// <param name="options">Scale, causality, window and algorithm; null for the defaults.</param>
        /// <exception cref="ArgumentException">Shapes, types or devices do not fit, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A number is negative; on the managed device: an offset is out of range.</exception>
        /// <exception cref="NotSupportedException">The algorithm of the options does not exist for these tensors.</exception>
        public void PackedAttention<TStatistic>(
            DeviceTensor<T> keys,
            DeviceTensor<T> values,
            DeviceTensor<int> queryOffsets,
            DeviceTensor<int> keyOffsets,
            nint mostQueries,
            DeviceTensor<T> destination,
            DeviceTensor<TStatistic> logSumExp,
            AttentionOptions? options = null)
            where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
        {
            ArgumentNullException.ThrowIfNull(logSumExp);
            RunPackedAttention(queries, keys, values, queryOffsets, keyOffsets, mostQueries, destination, logSumExp, options);
        }
    }

    /// <summary>Checks the offsets of packed sequences, but for what they hold, and gives the number of sequences.</summary>
    private static nint RequireOffsets(DeviceTensor<int> queryOffsets, DeviceTensor<int> keyOffsets)
    {
        ArgumentNullException.ThrowIfNull(queryOffsets);
        ArgumentNullException.ThrowIfNull(keyOffsets);
        return queryOffsets.Rank == 1 && queryOffsets.Lengths[0] > 0 && keyOffsets.Layout.HasLengths(queryOffsets.Lengths)
            ? queryOffsets.Lengths[0] - 1
            : throw new ArgumentException($"offsets of queries and keys are [sequences + 1] both, got shapes {queryOffsets.Layout} and {keyOffsets.Layout}", nameof(queryOffsets));
    }

    private static void RunPackedAttention<T, TStatistic>(
        DeviceTensor<T> queries,
        DeviceTensor<T> keys,
        DeviceTensor<T> values,
        DeviceTensor<int> queryOffsets,
        DeviceTensor<int> keyOffsets,
        nint mostQueries,
        DeviceTensor<T> destination,
        DeviceTensor<TStatistic>? logSumExp,
        AttentionOptions? options)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
    {
        options ??= AttentionOptions.Default;
        var sequences = RequireOffsets(queryOffsets, keyOffsets);
        var shape = AttentionShape.Of(queries, keys, values, sequences, (mostQueries, nint.MaxValue), options);
        RequireAttentionResults(queries, keys, values, destination, logSumExp);
        RequireApart(queryOffsets, destination, nameof(destination));
        RequireApart(keyOffsets, destination, nameof(destination));
        if (logSumExp is not null)
        {
            RequireApart(queryOffsets, logSumExp, nameof(logSumExp));
            RequireApart(keyOffsets, logSumExp, nameof(logSumExp));
        }

        using var q = AsDense(queries);
        using var k = AsDense(keys);
        using var v = AsDense(values);
        using var queryStarts = AsDense(queryOffsets);
        using var keyStarts = AsDense(keyOffsets);
        using var y = AsDenseResult(destination, isPartial: true);
        if (destination.Device is CudaDevice cuda)
        {
            if (shape.QueryRows != 0)
            {
                LaunchAttention(cuda, shape, options, q.Tensor, k.Tensor, v.Tensor, (queryStarts.Tensor.Input, keyStarts.Tensor.Input), y.Tensor, logSumExp);
            }
        }
        else
        {
            using var hold = new BlockHold(q.Tensor.Block, k.Tensor.Block, v.Tensor.Block, queryStarts.Tensor.Block);
            using var more = new BlockHold(keyStarts.Tensor.Block, y.Tensor.Block, logSumExp?.Block);
            var offsets = new PackedOffsets(queryStarts.Tensor, keyStarts.Tensor);
            offsets.Require(shape);
            ManagedPackedAttention.Run(shape, offsets, shape.Scale(options), q.Tensor, k.Tensor, v.Tensor, y.Tensor, logSumExp);
        }

        y.Complete();
    }
}
