using System.Numerics;

namespace CudaKernels;

public static unsafe partial class TensorOperations
{
    private static readonly KernelTemplate s_attention = new KernelFile("attention/attention.cu").Template("attention<{0}>", ElementTypes.Floating);

    extension<T>(DeviceTensor<T> queries) where T : unmanaged, IFloatingPointIeee754<T>
    {
        /// <summary>
        /// Computes the scaled dot-product attention y = softmax(scale·Q·Kᵀ)·V, where this tensor is Q and each query sees the keys that the options
        /// say (Vaswani et al. 2017). Heads of queries that are several times those of keys and values share them in groups (grouped-query
        /// attention): head h uses head h / (heads / key-value heads). Half and BFloat16 compute in float and round once.
        /// </summary>
        /// <remarks>
        /// A query that sees no key gives zeros. Among the keys it sees, a score of -∞ has the weight 0; one of NaN or +∞, or none above -∞, makes
        /// the row NaN. A key that it does not see does not count, whatever it and its value hold.
        /// <para>
        /// Queries, keys, values and the result may be strided, such as slices of one tensor [batch, rows, 3, heads, width] with their dimensions
        /// permuted: they are then copied before or after, in memory of their size for the time of the call.
        /// </para>
        /// </remarks>
        /// <param name="keys">K, [batch, key-value heads, keys, head_dim] for queries of shape [batch, heads, queries, head_dim].</param>
        /// <param name="values">V, [batch, key-value heads, keys, value_dim].</param>
        /// <param name="destination">y, [batch, heads, queries, value_dim]; must not overlap an input.</param>
        /// <param name="options">Scale, causality, window and algorithm; null for the defaults.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit, or the destination overlaps an input.</exception>
        /// <exception cref="NotSupportedException">The algorithm of the options does not exist for these tensors.</exception>
        public void Attention(DeviceTensor<T> keys, DeviceTensor<T> values, DeviceTensor<T> destination, AttentionOptions? options = null) =>
            RunAttention<T, float>(queries, keys, values, destination, null, options ?? AttentionOptions.Default);

        /// <summary>Computes the attention and keeps what its gradient needs; see the form without <paramref name="logSumExp"/>.</summary>
        /// <typeparam name="TStatistic">double for double tensors, else float.</typeparam>
        /// <param name="keys">K, [batch, key-value heads, keys, head_dim].</param>
        /// <param name="values">V, [batch, key-value heads, keys, value_dim].</param>
        /// <param name="destination">y, [batch, heads, queries, value_dim]; must not overlap another tensor.</param>
        /// <param name="logSumExp">
        /// [batch, heads, queries], dense: receives log Σ exp(score) over the keys that each query sees, in nats;
        /// -∞ where it sees none or no score is above -∞.
        /// </param>
        /// <param name="options">Scale, causality and window; null for the defaults.</param>
        /// <exception cref="ArgumentException">Shapes, types or devices do not fit, or tensors overlap.</exception>
        public void Attention<TStatistic>(
            DeviceTensor<T> keys, DeviceTensor<T> values, DeviceTensor<T> destination, DeviceTensor<TStatistic> logSumExp, AttentionOptions? options = null)
            where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
        {
            ArgumentNullException.ThrowIfNull(logSumExp);
            RunAttention(queries, keys, values, destination, logSumExp, options ?? AttentionOptions.Default);
        }

        /// <summary>A new tensor with the attention; see the form with a destination.</summary>
        /// <param name="keys">K, [batch, key-value heads, keys, head_dim].</param>
        /// <param name="values">V, [batch, key-value heads, keys, value_dim].</param>
        /// <param name="options">Scale, causality and window; null for the defaults.</param>
        /// <exception cref="ArgumentException">Shapes or devices do not fit.</exception>
        public DeviceTensor<T> Attention(DeviceTensor<T> keys, DeviceTensor<T> values, AttentionOptions? options = null)
        {
            options ??= AttentionOptions.Default;
            _ = AttentionShape.Of(queries, keys, values, options);
            var lengths = AttentionShape.OutputLengths(queries, values, stackalloc nint[4]);
            using var result = new PendingTensor<T>(queries.Device.Create<T>(TensorLayout.Dense(lengths), queries.Stream));
            queries.Attention(keys, values, result.Tensor, options);
            return result.Complete();
        }
    }

    /// <summary>A warp for each row, four to a block.</summary>
    internal static LaunchConfig AttentionLaunch(long rows) => LaunchConfig.Cover(rows * 32, blockSize: 4 * 32);

    /// <summary>Checks the logarithms of the sums.</summary>
    internal static void RequireLogSumExp<T, TStatistic>(DeviceTensor<TStatistic> logSumExp, DeviceTensor<T> queries) where T : unmanaged where TStatistic : unmanaged
    {
        RequireShape(logSumExp, queries.Lengths[..^1], nameof(logSumExp));
        var type = typeof(T) == typeof(double) ? typeof(double) : typeof(float);
        if (typeof(TStatistic) != type)
        {
            throw new ArgumentException($"the logarithms of the sums of {typeof(T).Name} tensors are {(type == typeof(double) ? "double" : "float")}, got {typeof(TStatistic).Name}", nameof(logSumExp));
        }

        logSumExp.RequireDense();
    }

    private static void RunAttention<T, TStatistic>(
        DeviceTensor<T> queries, DeviceTensor<T> keys, DeviceTensor<T> values, DeviceTensor<T> destination, DeviceTensor<TStatistic>? logSumExp, AttentionOptions options)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TStatistic : unmanaged, IFloatingPointIeee754<TStatistic>
    {
        var shape = AttentionShape.Of(queries, keys, values, options);
        RequireAttentionResults(queries, keys, values, destination, logSumExp);
        if (destination.IsEmpty || keys.IsEmpty)
        {
            destination.Fill(T.Zero);
            logSumExp?.Fill(TStatistic.NegativeInfinity);
            return;
        }

        using var q = AsDense(queries);
        using var k = AsDense(keys);
        using var v = AsDense(values);
        using var y = AsDenseResult(destination);
        if (destination.Device is CudaDevice cuda)
        {
            // The kernel does not touch offsets of sequences that are not packed.
            LaunchAttention(cuda, shape, options, q.Tensor, k.Tensor, v.Tensor, (q.Tensor.Input, q.Tensor.Input), y.Tensor, logSumExp);
        }
        else
        {
            using var hold = new BlockHold(q.Tensor.Block, k.Tensor.Block, v.Tensor.Block);
            using var written = new BlockHold(y.Tensor.Block, logSumExp?.Block);
            ManagedAttention.Run(shape, shape.Scale(options), q.Tensor, k.Tensor, v.Tensor, y.Tensor, logSumExp);
        }

        y.Complete();
    }

    private static void RequireAttentionResults<T, TResult, TStatistic>(
        DeviceTensor<T> queries, DeviceTensor<T> keys, DeviceTensor<T> values, DeviceTensor<TResult> destination, DeviceTensor<TStatistic>? logSumExp)
        where T : unmanaged
        where TResult : unmanaged
        where TStatistic : unmanaged
    {
        RequireShape(destination, AttentionShape.OutputLengths(queries, values, stackalloc nint[4]));
        RequireApart(queries, destination, nameof(destination));
        RequireApart(keys, destination, nameof(destination));
        RequireApart(values, destination, nameof(destination));
        if (logSumExp is not null)
        {
            RequireLogSumExp(logSumExp, queries);
            RequireApart(queries, logSumExp, nameof(logSumExp));
            RequireApart(keys, logSumExp, nameof(logSumExp));
            RequireApart(values, logSumExp, nameof(logSumExp));
            RequireApart(destination, logSumExp, nameof(logSumExp));
        }
    }

    private static void LaunchAttention<T, TStatistic>(
        CudaDevice cuda,
        AttentionShape shape,
        AttentionOptions options,
        DeviceTensor<T> q,
        DeviceTensor<T> k,
        DeviceTensor<T> v,
        (KernelArgument Queries, KernelArgument Keys) offsets,
        DeviceTensor<T> destination,
        DeviceTensor<TStatistic>? logSumExp)
        where T : unmanaged
        where TStatistic : unmanaged
    {
        var algorithm = AttentionChoice.Forward<T>(cuda, shape, options.Algorithm, q.Input.Address, k.Input.Address, v.Input.Address, destination.Output.Address);

        // Without the logarithms the kernel never touches them; the result's address stands in for theirs.
        var logarithms = logSumExp is null ? destination.Output : logSumExp.Output;
        ReadOnlySpan<KernelArgument> arguments =
        [
            destination.Output,
            logarithms,
            logSumExp is not null,
            q.Input,
            k.Input,
            v.Input,
            offsets.Queries,
            offsets.Keys,
            Attribute<T>(shape.Scale(options)),
            KernelArgument.Struct(&shape),
        ];
        if (algorithm == AttentionAlgorithm.Wgmma)
        {
            using var maps = FlashMaps.Create(q, k, v, shape);
            destination.Stream!.Launch(
                cuda.GetKernel(FlashWgmma.Forward(shape), Types<T>()),
                FlashWgmma.Config<T>(shape, cuda.Specification.MultiprocessorCount),
                arguments,
                [maps.Queries.AsReadOnly(), maps.Keys.AsReadOnly(), maps.Values.AsReadOnly(), FlashWgmma.HeadsAtOnce<T>(shape, cuda.Specification.MultiprocessorCount)]);
            return;
        }

        var isFlash = algorithm == AttentionAlgorithm.Flash;
        destination.Stream!.Launch(
            cuda.GetKernel(isFlash ? FlashAttention.Forward(shape) : s_attention, Types<T>()), isFlash ? FlashAttention.ForwardLaunch(shape) : AttentionLaunch(shape.QueryRows), arguments);
    }
}
