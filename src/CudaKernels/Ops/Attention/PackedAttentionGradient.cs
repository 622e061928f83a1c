using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    extension<T>(DeviceTensor<T> queries) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>Computes the gradients of <c>PackedAttention</c>, where this tensor is its Q: those of <c>AttentionGradient</c> of each sequence, deterministic.</summary>
        /// <remarks>
        /// Rows that no sequence has are not written. On the managed device offsets that fall, or lie outside the rows, and sequences of more rows
        /// than was said are refused. On a GPU rows of a sequence that do not exist are not written, and those of such a sequence that do, or of one with
        /// too many, become NaN, as far as the most rows reach. Strided gradients are copied there and back, as with <c>PackedAttention</c>.
        /// </remarks>
        /// <typeparam name="TStatistic">double for double tensors, else float.</typeparam>
        /// <param name="keys">K, [all keys, key-value heads, head_dim].</param>
        /// <param name="values">V, [all keys, key-value heads, value_dim].</param>
        /// <param name="queryOffsets">[sequences + 1], rising.</param>
        /// <param name="keyOffsets">[sequences + 1], rising; may be the same tensor.</param>
        /// <param name="mostQueries">The most queries that a sequence has.</param>
        /// <param name="mostKeys">The most keys that a sequence has.</param>
        /// <param name="output">Y, [all queries, heads, value_dim]: what <c>PackedAttention</c> gave.</param>
        /// <param name="logSumExp">[all queries, heads]: what <c>PackedAttention</c> left there.</param>
        /// <param name="outputGradient">dY, of the shape of the output.</param>
        /// <param name="queryGradient">dQ, of the shape of the queries; must not overlap another tensor.</param>
        /// <param name="keyGradient">dK, of the shape of the keys; must not overlap another tensor.</param>
        /// <param name="valueGradient">dV, of the shape of the values; must not overlap another tensor.</param>
        /// <param name="options">Scale, causality and window of the attention, and the algorithm; null for the defaults.</param>
        /// <exception cref="ArgumentException">Shapes, types or devices do not fit, or tensors overlap.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A number is negative; on the managed device: an offset is out of range.</exception>
        /// <exception cref="NotSupportedException">The algorithm of the options does not exist for these tensors.</exception>
        public void PackedAttentionGradient<TStatistic>(
            DeviceTensor<T> keys,
            DeviceTensor<T> values,
            DeviceTensor<int> queryOffsets,
            DeviceTensor<int> keyOffsets,
            nint mostQueries,
            nint mostKeys,
            DeviceTensor<T> output,
            DeviceTensor<TStatistic> logSumExp,
            DeviceTensor<T> outputGradient,
            DeviceTensor<T> queryGradient,
            DeviceTensor<T> keyGradient,
            DeviceTensor<T> valueGradient,
            AttentionOptions? options = null)
            where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
        {
            options ??= AttentionOptions.Default;
            var shape = AttentionShape.Of(queries, keys, values, RequireOffsets(queryOffsets, keyOffsets), (mostQueries, mostKeys), options);
            var lengths = AttentionShape.OutputLengths(queries, values, stackalloc nint[4]);
            RequireShape(output, lengths, nameof(output));
            RequireShape(outputGradient, lengths, nameof(outputGradient));
            RequireLogSumExp(logSumExp, queries);
            var gradients = new AttentionGradients<T>(queryGradient, keyGradient, valueGradient);
            gradients.Require(queries, keys, values, output, outputGradient);
            gradients.RequireApart(logSumExp);
            gradients.RequireApart(queryOffsets);
            gradients.RequireApart(keyOffsets);
            using var q = AsDense(queries);
            using var k = AsDense(keys);
            using var v = AsDense(values);
            using var y = AsDense(output);
            using var dy = AsDense(outputGradient);
            using var queryStarts = AsDense(queryOffsets);
            using var keyStarts = AsDense(keyOffsets);
            using var dq = AsDenseResult(queryGradient, isPartial: true);
            using var dk = AsDenseResult(keyGradient, isPartial: true);
            using var dv = AsDenseResult(valueGradient, isPartial: true);
            var inputs = new AttentionInputs<T>(q.Tensor, k.Tensor, v.Tensor, y.Tensor, dy.Tensor);
            var results = new AttentionGradients<T>(dq.Tensor, dk.Tensor, dv.Tensor);
            if (queryGradient.Device is CudaDevice)
            {
                s_attentionGradient.Run(shape, shape.Scale(options), options.Algorithm, inputs, (queryStarts.Tensor.Input, keyStarts.Tensor.Input), logSumExp, results);
            }
            else
            {
                using var hold = new BlockHold(q.Tensor.Block, k.Tensor.Block, v.Tensor.Block, y.Tensor.Block);
                using var more = new BlockHold(dy.Tensor.Block, logSumExp.Block, queryStarts.Tensor.Block, keyStarts.Tensor.Block);
                using var written = new BlockHold(dq.Tensor.Block, dk.Tensor.Block, dv.Tensor.Block);
                var offsets = new PackedOffsets(queryStarts.Tensor, keyStarts.Tensor);
                offsets.Require(shape);
                ManagedPackedAttentionGradient.Run(shape, offsets, shape.Scale(options), inputs, logSumExp, results);
            }

            dq.Complete();
            dk.Complete();
            dv.Complete();
        }
    }
}
