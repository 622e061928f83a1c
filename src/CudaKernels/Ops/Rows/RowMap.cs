namespace CudaKernels;

/// <summary>y = f(x) on each row, by a kernel <c>NAME(y, x, columns)</c> or by the same function in managed code.</summary>
internal readonly struct RowMap<T, TFunction>(KernelTemplate kernel) : IRowOperation<T> where T : unmanaged where TFunction : struct, IRowFunction
{
    public void Run(DeviceTensor<T> x, DeviceTensor<T> y)
    {
        if (y.Device is CudaDevice cuda)
        {
            var rows = MatrixRows.Of(x);
            y.Stream!.Launch(cuda.GetKernel(kernel, new KernelTypes(ElementType<T>.Kind)), RowLaunch.Of(rows.Count, rows.Columns), y.Output, x.Input, (long)rows.Columns);
            return;
        }

        using var hold = new BlockHold(x.Block, y.Block);
        ManagedRows.Map(x, y, default(TFunction));
    }
}
