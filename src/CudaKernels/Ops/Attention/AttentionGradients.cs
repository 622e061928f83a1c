namespace CudaKernels;

/// <summary>What the gradient of an attention reads, dense.</summary>
internal readonly record struct AttentionInputs<T>(DeviceTensor<T> Queries, DeviceTensor<T> Keys, DeviceTensor<T> Values, DeviceTensor<T> Output, DeviceTensor<T> OutputGradient) where T : unmanaged;

/// <summary>Where the gradients to queries, keys and values go.</summary>
internal readonly record struct AttentionGradients<T>(DeviceTensor<T> Queries, DeviceTensor<T> Keys, DeviceTensor<T> Values) where T : unmanaged
{
    /// <summary>Checks that each has the shape of what it is the gradient to, and stands apart from what is read and from the others.</summary>
    public void Require(DeviceTensor<T> queries, DeviceTensor<T> keys, DeviceTensor<T> values, params ReadOnlySpan<DeviceTensor<T>> inputs)
    {
        Require(Queries, queries, "queryGradient");
        Require(Keys, keys, "keyGradient");
        Require(Values, values, "valueGradient");
        RequireApart(queries);
        RequireApart(keys);
        RequireApart(values);
        foreach (var input in inputs)
        {
            RequireApart(input);
        }

        TensorOperations.RequireApart(Queries, Keys, "keyGradient");
        TensorOperations.RequireApart(Queries, Values, "valueGradient");
        TensorOperations.RequireApart(Keys, Values, "valueGradient");
    }

    /// <summary>Checks that each stands apart from an input.</summary>
    public void RequireApart<TInput>(DeviceTensor<TInput> input) where TInput : unmanaged
    {
        TensorOperations.RequireApart(input, Queries, "queryGradient");
        TensorOperations.RequireApart(input, Keys, "keyGradient");
        TensorOperations.RequireApart(input, Values, "valueGradient");
    }

    /// <summary>The gradients where no query meets a key.</summary>
    public void Clear()
    {
        Queries.Fill(default);
        Keys.Fill(default);
        Values.Fill(default);
    }

    private static void Require(DeviceTensor<T> gradient, DeviceTensor<T> of, string parameter)
    {
        TensorOperations.RequireShape(gradient, of.Layout, parameter);
    }
}
