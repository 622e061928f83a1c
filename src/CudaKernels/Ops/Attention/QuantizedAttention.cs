using System.Numerics;

namespace CudaKernels;

public static unsafe partial class TensorOperations
{
    private static readonly KernelTemplate s_quantizedAttention =
        new KernelFile("attention/quantized_attention.cu").Template("quantized_attention<{0}>", [ElementKind.Float32, ElementKind.Float16, ElementKind.BFloat16]);

    extension(DeviceTensor<Float8E4M3> queries)
    {
        /// <summary>
        /// Computes the scaled dot-product attention y = softmax(scale·queryScale·keyScale·Q·Kᵀ)·(valueScale·V) of 8-bit floats, where this tensor is Q and
        /// each query sees the keys that the options say: <c>Attention</c> of what <c>Dequantize</c> along the heads (axis 1) makes of the tensors. Products and sums
        /// are of float and rounded once; on tensor cores weights are rounded to E4M3, and sums keep fewer bits (<see cref="AttentionAlgorithm.Wgmma"/>; Shah et
        /// al. 2024, FlashAttention-3).
        /// </summary>
        /// <remarks>
        /// A query that sees no key gives zeros. E4M3 has NaN and no infinities: a NaN among the keys that a query sees, or in the query, makes its row NaN,
        /// and one among their values that column of the row, also where its weight is 0; so do scales of NaN, and of ∞, with which no score is finite. A key
        /// that it does not see does not count, whatever it and its value hold. A result of Half beyond 65,504 is infinite.
        /// </remarks>
        /// <param name="queryScale">What 1 of Q is worth: [heads], or [1] for all of them.</param>
        /// <param name="keys">K, [batch, key-value heads, keys, head_dim] for queries of shape [batch, heads, queries, head_dim].</param>
        /// <param name="keyScale">What 1 of K is worth: [key-value heads], or [1] for all of them.</param>
        /// <param name="values">V, [batch, key-value heads, keys, value_dim].</param>
        /// <param name="valueScale">What 1 of V is worth: [key-value heads], or [1] for all of them.</param>
        /// <param name="destination">y, [batch, heads, queries, value_dim] of float, Half or BFloat16; must not overlap an input.</param>
        /// <param name="options">Scale, causality, window and algorithm; null for the defaults.</param>
        /// <exception cref="ArgumentException">Shapes, types or devices do not fit, or the destination overlaps an input.</exception>
        /// <exception cref="NotSupportedException">The algorithm of the options does not exist for these tensors.</exception>
        public void QuantizedAttention<T>(
            DeviceTensor<float> queryScale,
            DeviceTensor<Float8E4M3> keys,
            DeviceTensor<float> keyScale,
            DeviceTensor<Float8E4M3> values,
            DeviceTensor<float> valueScale,
            DeviceTensor<T> destination,
            AttentionOptions? options = null)
            where T : unmanaged, IFloatingPointIeee754<T> =>
            RunQuantizedAttention(queries, keys, values, new AttentionScales(queryScale, keyScale, valueScale), destination, null, options ?? AttentionOptions.Default);

        /// <summary>Computes the attention of 8-bit floats and the logarithms of its sums; see the form without <paramref name="logSumExp"/>.</summary>
        /// <param name="queryScale">What 1 of Q is worth: [heads], or [1].</param>
        /// <param name="keys">K, [batch, key-value heads, keys, head_dim].</param>
        /// <param name="keyScale">What 1 of K is worth: [key-value heads], or [1].</param>
        /// <param name="values">V, [batch, key-value heads, keys, value_dim].</param>
        /// <param name="valueScale">What 1 of V is worth: [key-value heads], or [1].</param>
        /// <param name="destination">y, [batch, heads, queries, value_dim] of float, Half or BFloat16; must not overlap another tensor.</param>
        /// <param name="logSumExp">
        /// [batch, heads, queries], dense: receives log Σ exp(score) over the keys that each query sees, in nats;
        /// -∞ where it sees none.
        /// </param>
        /// <param name="options">Scale, causality, window and algorithm; null for the defaults.</param>
        /// <exception cref="ArgumentException">Shapes, types or devices do not fit, or tensors overlap.</exception>
        /// <exception cref="NotSupportedException">The algorithm of the options does not exist for these tensors.</exception>
        public void QuantizedAttention<T>(
            DeviceTensor<float> queryScale,
            DeviceTensor<Float8E4M3> keys,
            DeviceTensor<float> keyScale,
            DeviceTensor<Float8E4M3> values,
            DeviceTensor<float> valueScale,
            DeviceTensor<T> destination,
            DeviceTensor<float> logSumExp,
            AttentionOptions? options = null)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            ArgumentNullException.ThrowIfNull(logSumExp);
            RunQuantizedAttention(queries, keys, values, new AttentionScales(queryScale, keyScale, valueScale), destination, logSumExp, options ?? AttentionOptions.Default);
        }

        /// <summary>A new tensor with the attention of 8-bit floats; see the form with a destination.</summary>
        /// <param name="queryScale">What 1 of Q is worth: [heads], or [1].</param>
        /// <param name="keys">K, [batch, key-value heads, keys, head_dim].</param>
        /// <param name="keyScale">What 1 of K is worth: [key-value heads], or [1].</param>
        /// <param name="values">V, [batch, key-value heads, keys, value_dim].</param>
        /// <param name="valueScale">What 1 of V is worth: [key-value heads], or [1].</param>
        /// <param name="options">Scale, causality, window and algorithm; null for the defaults.</param>
        /// <exception cref="ArgumentException">Shapes, types or devices do not fit.</exception>
        /// <exception cref="NotSupportedException">The algorithm of the options does not exist for these tensors.</exception>
        public DeviceTensor<T> QuantizedAttention<T>(
            DeviceTensor<float> queryScale,
            DeviceTensor<Float8E4M3> keys,
            DeviceTensor<float> keyScale,
            DeviceTensor<Float8E4M3> values,
            DeviceTensor<float> valueScale,
            AttentionOptions? options = null)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            options ??= AttentionOptions.Default;
            _ = AttentionShape.Of(queries, keys, values, options);
            var lengths = AttentionShape.OutputLengths(queries, values, stackalloc nint[4]);
            using var result = new PendingTensor<T>(queries.Device.Create<T>(TensorLayout.Dense(lengths), queries.Stream));
            queries.QuantizedAttention(queryScale, keys, keyScale, values, valueScale, result.Tensor, options);
            return result.Complete();
        }
    }

    private static void RunQuantizedAttention<T>(
        DeviceTensor<Float8E4M3> queries,
        DeviceTensor<Float8E4M3> keys,
        DeviceTensor<Float8E4M3> values,
        AttentionScales scales,
        DeviceTensor<T> destination,
        DeviceTensor<float>? logSumExp,
        AttentionOptions options)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            throw new ArgumentException("the result of an attention of 8-bit floats is of float, Half or BFloat16, got Double", nameof(destination));
        }

        var shape = AttentionShape.Of(queries, keys, values, options);
        RequireAttentionResults(queries, keys, values, destination, logSumExp);
        scales.Require(queries.Lengths[1], keys.Lengths[1], destination, logSumExp);
        if (destination.IsEmpty || keys.IsEmpty)
        {
            destination.Fill(T.Zero);
            logSumExp?.Fill(float.NegativeInfinity);
            return;
        }

        using var q = AsDense(queries);
        using var k = AsDense(keys);
        using var v = AsDense(values);
        using var y = AsDenseResult(destination);
        if (destination.Device is CudaDevice cuda)
        {
            LaunchQuantizedAttention(cuda, shape, queries.Lengths[1], options, q.Tensor, k.Tensor, v.Tensor, scales, y.Tensor, logSumExp);
        }
        else
        {
            using var hold = new BlockHold(q.Tensor.Block, k.Tensor.Block, v.Tensor.Block);
            using var holdScales = scales.Hold();
            using var written = new BlockHold(y.Tensor.Block, logSumExp?.Block);
            ManagedQuantizedAttention.Run(shape, scales.Managed(shape, queries.Lengths[1]), shape.Scale(options), q.Tensor, k.Tensor, v.Tensor, y.Tensor, logSumExp);
        }

        y.Complete();
    }

    private static void LaunchQuantizedAttention<T>(
        CudaDevice cuda,
        AttentionShape shape,
        long heads,
        AttentionOptions options,
        DeviceTensor<Float8E4M3> q,
        DeviceTensor<Float8E4M3> k,
        DeviceTensor<Float8E4M3> v,
        AttentionScales scales,
        DeviceTensor<T> destination,
        DeviceTensor<float>? logSumExp)
        where T : unmanaged
    {
        ReadOnlySpan<KernelArgument> arguments =
        [
            destination.Output,
            // Without the logarithms the kernel never touches them; the result's address stands in for theirs.
            logSumExp is null ? destination.Output : logSumExp.Output,
            logSumExp is not null,
            q.Input,
            k.Input,
            v.Input,
            scales.Queries,
            scales.QueryStep,
            scales.Keys,
            scales.KeyStep,
            scales.Values,
            scales.ValueStep,
            (float)shape.Scale(options),
            heads,
            KernelArgument.Struct(&shape),
        ];
        if (AttentionChoice.Quantized(cuda, shape, options.Algorithm, q.Input.Address, k.Input.Address, v.Input.Address, destination.Output.Address) == AttentionAlgorithm.Plain)
        {
            destination.Stream!.Launch(cuda.GetKernel(s_quantizedAttention, Types<T>()), AttentionLaunch(shape.QueryRows), arguments);
            return;
        }

        using var maps = FlashMaps.Create(q, k, v, shape);
        destination.Stream!.Launch(
            cuda.GetKernel(FlashWgmma.Quantized(shape), Types<Float8E4M3>()),
            FlashWgmma.Config<Float8E4M3>(shape, cuda.Specification.MultiprocessorCount),
            arguments,
            [maps.Queries.AsReadOnly(), maps.Keys.AsReadOnly(), maps.Values.AsReadOnly(), FlashWgmma.HeadsAtOnce<Float8E4M3>(shape, cuda.Specification.MultiprocessorCount), FlashWgmma.ResultType<T>()]);
    }
}
