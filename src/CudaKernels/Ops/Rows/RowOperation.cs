using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>Runs an operation on the rows along one axis; any other axis than the last is turned there and back by copies.</summary>
internal static class RowOperation
{
    /// <summary>Computes every row of the destination from the same row of x.</summary>
    /// <param name="x">The rows.</param>
    /// <param name="axis">The dimension along which a row lies; negative counts from the end.</param>
    /// <param name="destination">The result, of the same shape.</param>
    /// <param name="kernel">A kernel with the parameters (T* y, const T* x, i64 rows, i64 columns, ...), launched by <see cref="HeldRowLaunch"/>.</param>
    /// <param name="row">The managed form.</param>
    /// <param name="more">The kernel's further arguments.</param>
    public static void Run<T, TRow>(
        DeviceTensor<T> x, int axis, DeviceTensor<T> destination, KernelTemplate kernel, TRow row, ReadOnlySpan<KernelArgument> more = default)
        where T : unmanaged
        where TRow : struct, IRowFunction
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
            Run(dense.Tensor, destination, kernel, row, more);
            return;
        }

        Span<int> order = stackalloc int[x.Rank];
        AxisLast(at, order);
        using var rows = Rows(x, order);
        using var result = TensorOperations.NewLike(rows);
        Run(rows, result, kernel, row, more);
        using var target = destination.PermuteDimensions(order);
        result.CopyTo(target);
    }

    /// <summary>The order of dimensions that puts one last and leaves the others as they are.</summary>
    public static void AxisLast(int axis, Span<int> order)
    {
        for (int i = 0, next = 0; i < order.Length; i++)
        {
            if (i != axis)
            {
                order[next++] = i;
            }
        }

        order[^1] = axis;
    }

    /// <summary>A dense copy of a tensor with its dimensions in another order.</summary>
    public static DeviceTensor<T> Rows<T>(DeviceTensor<T> tensor, ReadOnlySpan<int> order) where T : unmanaged
    {
        using var turned = tensor.PermuteDimensions(order);
        return turned.Clone();
    }

    private static void Run<T, TRow>(DeviceTensor<T> x, DeviceTensor<T> y, KernelTemplate kernel, TRow row, ReadOnlySpan<KernelArgument> more)
        where T : unmanaged
        where TRow : struct, IRowFunction
    {
        if (y.Device is not CudaDevice cuda)
        {
            using var hold = new BlockHold(x.Block, y.Block);
            ManagedRows.Map(x, y, row);
            return;
        }

        var rows = MatrixRows.Of(x);
        Arguments arguments = default;
        (arguments[0], arguments[1], arguments[2], arguments[3]) = (y.Output, x.Input, (long)rows.Count, (long)rows.Columns);
        more.CopyTo(arguments[4..]);
        y.Stream!.Launch(cuda.GetKernel(kernel, TensorOperations.Types<T>()), HeldRowLaunch.Of(rows.Count, rows.Columns, ElementType<T>.Size), arguments[..(4 + more.Length)]);
    }

    // On the stack: a launch allocates nothing.
    [InlineArray(16)]
    private struct Arguments
    {
        private KernelArgument _first;
    }
}
