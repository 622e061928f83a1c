namespace CudaKernels;

/// <summary>The work of a row operation on dense tensors whose last dimension holds the rows.</summary>
internal interface IRowOperation<T> where T : unmanaged
{
    void Run(DeviceTensor<T> x, DeviceTensor<T> y);
}

/// <summary>Runs an operation on the rows along one axis; any other axis than the last is turned there and back by copies.</summary>
internal static class RowOperation
{
    public static void Run<T, TOperation>(DeviceTensor<T> x, int axis, DeviceTensor<T> destination, TOperation operation) where T : unmanaged where TOperation : struct, IRowOperation<T>
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
            operation.Run(dense.Tensor, destination);
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
        operation.Run(rows, result);
        using var target = destination.PermuteDimensions(order);
        result.CopyTo(target);
    }
}
