using System.Numerics;

namespace CudaKernels;

/// <summary>dx = f(y, dy) on one row, in float or double; dx is memory of its own.</summary>
internal interface IRowPairFunction
{
    void Invoke<TCompute>(ReadOnlySpan<TCompute> y, ReadOnlySpan<TCompute> dy, Span<TCompute> dx) where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute>;
}

/// <summary>Runs a gradient on the rows along one axis of two tensors; any other axis than the last is turned there and back by copies.</summary>
internal static unsafe class RowPairOperation
{
    /// <summary>Computes every row of the destination from the same rows of y and dy.</summary>
    /// <param name="y">The output of the operation whose gradient this is.</param>
    /// <param name="dy">The gradient of that output, of the same shape.</param>
    /// <param name="axis">The dimension along which a row lies; negative counts from the end.</param>
    /// <param name="destination">The result, of the same shape.</param>
    /// <param name="kernel">A kernel with the parameters (T* dx, const T* y, const T* dy, i64 rows, i64 columns), launched by <see cref="HeldRowLaunch"/>.</param>
    /// <param name="row">The managed form.</param>
    public static void Run<T, TRow>(DeviceTensor<T> y, DeviceTensor<T> dy, int axis, DeviceTensor<T> destination, KernelTemplate kernel, TRow row)
        where T : unmanaged
        where TRow : struct, IRowPairFunction
    {
        ArgumentNullException.ThrowIfNull(y);
        TensorOperations.RequireShape(dy, y.Layout, nameof(dy));
        TensorOperations.RequireShape(destination, y.Layout);
        TensorOperations.RequireApart(y, destination, nameof(destination));
        TensorOperations.RequireApart(dy, destination, nameof(destination));
        var at = TensorLayout.Axis(axis, y.Rank);
        if (y.IsEmpty)
        {
            return;
        }

        if (at == y.Rank - 1 && destination.IsDense)
        {
            using var denseOutput = TensorOperations.AsDense(y);
            using var denseGradient = TensorOperations.AsDense(dy);
            RunRows(denseOutput.Tensor, denseGradient.Tensor, destination, kernel, row);
            return;
        }

        Span<int> order = stackalloc int[y.Rank];
        RowOperation.AxisLast(at, order);
        using var output = RowOperation.Rows(y, order);
        using var gradient = RowOperation.Rows(dy, order);
        using var result = TensorOperations.NewLike(output);
        RunRows(output, gradient, result, kernel, row);
        using var target = destination.PermuteDimensions(order);
        result.CopyTo(target);
    }

    private static void RunRows<T, TRow>(DeviceTensor<T> y, DeviceTensor<T> dy, DeviceTensor<T> dx, KernelTemplate kernel, TRow row) where T : unmanaged where TRow : struct, IRowPairFunction
    {
        var rows = MatrixRows.Of(y);
        if (dx.Device is CudaDevice cuda)
        {
            var launch = HeldRowLaunch.Of(rows.Count, rows.Columns, ElementType<T>.Size);
            dx.Stream!.Launch(cuda.GetKernel(kernel, TensorOperations.Types<T>()), launch, dx.Output, y.Input, dy.Input, (long)rows.Count, (long)rows.Columns);
            return;
        }

        using var hold = new BlockHold(y.Block, dy.Block, dx.Block);
        ManagedRows.Run((CpuDevice)dx.Device, rows, new Body<T, TRow>(row, ManagedSpan.Pointer(y), ManagedSpan.Pointer(dy), ManagedSpan.Pointer(dx), (int)rows.Columns));
    }

    private readonly struct Body<T, TRow>(TRow function, T* y, T* dy, T* dx, int columns) : IRowBody where T : unmanaged where TRow : struct, IRowPairFunction
    {
        private readonly TRow _function = function;

        public void Row(nint row)
        {
            if (typeof(T) == typeof(double))
            {
                Run<double>(row * columns);
            }
            else
            {
                Run<float>(row * columns);
            }
        }

        private void Run<TCompute>(nint start) where TCompute : unmanaged, IFloatingPointIeee754<TCompute>, IMinMaxValue<TCompute>
        {
            using var wide = new WideRow<T, TCompute>(3, columns);
            _function.Invoke(wide.Read(0, y + start, columns), wide.Read(1, dy + start, columns), wide.Write(2, dx + start, columns));
            wide.Finish(2, dx + start, columns);
        }
    }
}
