namespace CudaKernels;

/// <summary>Runs an operation on the rows along one axis; any other axis than the last is turned there and back by copies.</summary>
internal static class RowOperation
{
    /// <summary>The work on dense tensors whose last dimension holds the rows.</summary>
    public delegate void Body<T>(DeviceTensor<T> x, DeviceTensor<T> y) where T : unmanaged;

    public static void Run<T>(DeviceTensor<T> x, int axis, DeviceTensor<T> destination, Body<T> body) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(x);
        TensorOperations.RequireShape(destination, x.Layout);
        TensorOperations.RequireApart(x, destination, nameof(destination));
        var at = TensorLayout.Axis(axis, x.Rank);
        if (x.IsEmpty)
        {
            return;
        }

        if (at == x.Rank - 1 && destination.IsDense)
        {
            using var dense = TensorOperations.AsDense(x);
            body(dense.Tensor, destination);
            return;
        }

        Span<int> order = stackalloc int[x.Rank];
        for (int i = 0, next = 0; i < x.Rank; i++)
        {
            if (i != at)
            {
                order[next++] = i;
            }
        }

        order[^1] = at;
        using var turned = x.PermuteDimensions(order);
        using var rows = turned.Clone();
        using var result = TensorOperations.NewLike(rows);
        body(rows, result);
        using var target = destination.PermuteDimensions(order);
        result.CopyTo(target);
    }
}
