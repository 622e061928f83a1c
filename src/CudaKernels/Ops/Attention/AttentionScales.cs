namespace CudaKernels;

/// <summary>What 1 of the queries, keys and values of an attention of 8-bit floats is worth, as tensors: [1], or one for each head.</summary>
internal readonly unsafe ref struct AttentionScales(DeviceTensor<float> queries, DeviceTensor<float> keys, DeviceTensor<float> values)
{
    public KernelArgument Queries => queries.Input;

    public KernelArgument Keys => keys.Input;

    public KernelArgument Values => values.Input;

    public long QueryStep => Step(queries);

    public long KeyStep => Step(keys);

    public long ValueStep => Step(values);

    /// <summary>A lease of the tensors.</summary>
    public BlockHold Hold() => new(queries.Block, keys.Block, values.Block);

    /// <summary>The same as addresses; the caller holds a lease (<see cref="BlockHold"/>).</summary>
    /// <param name="shape">The attention.</param>
    /// <param name="heads">The heads of queries in one entry of the batch.</param>
    public ManagedAttentionScales Managed(in AttentionShape shape, long heads) =>
        new(((nint)ManagedSpan.Pointer(queries), QueryStep), ((nint)ManagedSpan.Pointer(keys), KeyStep), ((nint)ManagedSpan.Pointer(values), ValueStep), heads, shape.Group);

    /// <exception cref="ArgumentException">Shapes or devices do not fit, or a tensor overlaps a result.</exception>
    public void Require<T>(nint heads, nint keyHeads, DeviceTensor<T> destination, DeviceTensor<float>? logSumExp) where T : unmanaged
    {
        Require(queries, heads, destination, logSumExp, "queryScale");
        Require(keys, keyHeads, destination, logSumExp, "keyScale");
        Require(values, keyHeads, destination, logSumExp, "valueScale");
    }

    private static void Require<T>(DeviceTensor<float> scale, nint heads, DeviceTensor<T> destination, DeviceTensor<float>? logSumExp, string parameter) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(scale, parameter);
        if (!scale.Layout.HasLengths([1]))
        {
            TensorOperations.RequireShape(scale, [heads], parameter);
        }

        TensorOperations.RequireApart(scale, destination, parameter);
        if (logSumExp is not null)
        {
            TensorOperations.RequireApart(scale, logSumExp, parameter);
        }

        scale.RequireDense();
    }

    // 1 where each head has a scale of its own.
    private static long Step(DeviceTensor<float> scale) => scale.FlattenedLength > 1 ? 1 : 0;
}

/// <summary>The scales on the processor.</summary>
internal readonly unsafe struct ManagedAttentionScales((nint Scales, long Step) queries, (nint Scales, long Step) keys, (nint Scales, long Step) values, long heads, long group)
{
    /// <summary>The factor of a head's products of queries and keys.</summary>
    public float OfScores(float scale, long head) => scale * (At(queries, head % heads) * At(keys, head % heads / group));

    /// <summary>The factor of a head's values.</summary>
    public float OfValues(long head) => At(values, head % heads / group);

    private static float At((nint Scales, long Step) of, long head) => ((float*)of.Scales)[head * of.Step];
}
