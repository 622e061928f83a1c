using System.Numerics;

namespace CudaKernels;

public static partial class TensorOperations
{
    private static readonly AttentionGradientKernels s_attentionGradient = new(new KernelFile("attention/attention_gradient.cu"));

    extension<T>(DeviceTensor<T> queries) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes the gradients of <c>Attention</c>, where this tensor is its Q: with p = exp(scale·Q·Kᵀ - logSumExp) and
        /// ds = scale·p·(dY·Vᵀ - Σ dY·Y), dQ = ds·K, dK = dsᵀ·Q and dV = pᵀ·dY, over the pairs of a query and a key that it sees. A head of keys and
        /// values gets the sum over the heads of queries that share it. Sums are formed in a fixed order: the results are deterministic.
        /// </summary>
        /// <remarks>
        /// A query that sees no key gets zeros, as does a key that no query sees. A row of <paramref name="output"/> with NaN makes the gradients NaN to which it contributes.
        /// <para>
        /// Inputs and gradients, but for the logarithms, may be strided, such as slices of one tensor [batch, rows, 3, heads, width] with their dimensions
        /// permuted: inputs are then copied before and gradients after, in memory of their size for the time of the call.
        /// </para>
        /// </remarks>
        /// <typeparam name="TStatistic">double for double tensors, else float.</typeparam>
        /// <param name="keys">K, [batch, key-value heads, keys, head_dim].</param>
        /// <param name="values">V, [batch, key-value heads, keys, value_dim].</param>
        /// <param name="output">Y, [batch, heads, queries, value_dim]: what <c>Attention</c> gave.</param>
        /// <param name="logSumExp">[batch, heads, queries]: what <c>Attention</c> left there.</param>
        /// <param name="outputGradient">dY, of the shape of the output.</param>
        /// <param name="queryGradient">dQ, of the shape of the queries; must not overlap another tensor.</param>
        /// <param name="keyGradient">dK, of the shape of the keys; must not overlap another tensor.</param>
        /// <param name="valueGradient">dV, of the shape of the values; must not overlap another tensor.</param>
        /// <param name="options">Scale, causality and window of the attention, and the algorithm; null for the defaults.</param>
        /// <exception cref="ArgumentException">Shapes, types or devices do not fit, or tensors overlap.</exception>
        /// <exception cref="NotSupportedException">The algorithm of the options does not exist for these tensors.</exception>
        public void AttentionGradient<TStatistic>(
            DeviceTensor<T> keys,
            DeviceTensor<T> values,
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
            var shape = AttentionShape.Of(queries, keys, values, options);
            var lengths = AttentionShape.OutputLengths(queries, values, stackalloc nint[4]);
            RequireShape(output, lengths, nameof(output));
            RequireShape(outputGradient, lengths, nameof(outputGradient));
            RequireLogSumExp(logSumExp, queries);
            var gradients = new AttentionGradients<T>(queryGradient, keyGradient, valueGradient);
            gradients.Require(queries, keys, values, output, outputGradient);
            gradients.RequireApart(logSumExp);
            if (queries.IsEmpty || keys.IsEmpty)
            {
                gradients.Clear();
                return;
            }

            using var q = AsDense(queries);
            using var k = AsDense(keys);
            using var v = AsDense(values);
            using var y = AsDense(output);
            using var dy = AsDense(outputGradient);
            using var dq = AsDenseResult(queryGradient);
            using var dk = AsDenseResult(keyGradient);
            using var dv = AsDenseResult(valueGradient);
            var inputs = new AttentionInputs<T>(q.Tensor, k.Tensor, v.Tensor, y.Tensor, dy.Tensor);
            var results = new AttentionGradients<T>(dq.Tensor, dk.Tensor, dv.Tensor);
            if (queryGradient.Device is CudaDevice)
            {
                s_attentionGradient.Run(shape, shape.Scale(options), options.Algorithm, inputs, (q.Tensor.Input, q.Tensor.Input), logSumExp, results);
            }
            else
            {
                using var hold = new BlockHold(q.Tensor.Block, k.Tensor.Block, v.Tensor.Block, y.Tensor.Block);
                using var more = new BlockHold(dy.Tensor.Block, logSumExp.Block);
                using var written = new BlockHold(dq.Tensor.Block, dk.Tensor.Block, dv.Tensor.Block);
                ManagedAttentionGradient.Run(shape, shape.Scale(options), inputs, logSumExp, results);
            }

            dq.Complete();
            dk.Complete();
            dv.Complete();
        }
    }
}
