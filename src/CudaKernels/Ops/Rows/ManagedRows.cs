namespace CudaKernels;

/// <summary>The work of a row operation on one row.</summary>
internal interface IRowBody
{
    void Row(nint row);
}

/// <summary>Runs the rows of a matrix on the managed device, several rows to a piece of work.</summary>
internal static class ManagedRows
{
    /// <summary>Elements per piece of work: fixed, so that results never depend on the number of threads.</summary>
    private const int ElementsPerChunk = 32 * 1024;

    public static void Run<TBody>(CpuDevice device, MatrixRows rows, TBody body) where TBody : struct, IRowBody
    {
        var rowsPerChunk = Math.Max(ElementsPerChunk / Math.Max(rows.Columns, 1), 1);
        ManagedParallel.For((rows.Count + rowsPerChunk - 1) / rowsPerChunk, device.Options.Threads, new Work<TBody>(body, rows.Count, rowsPerChunk));
    }

    private readonly struct Work<TBody>(TBody body, nint rows, nint rowsPerChunk) : IParallelBody where TBody : struct, IRowBody
    {
        private readonly TBody _body = body;

        public void Execute(long chunk)
        {
            var end = Math.Min(((nint)chunk + 1) * rowsPerChunk, rows);
            for (var row = (nint)chunk * rowsPerChunk; row < end; row++)
            {
                _body.Row(row);
            }
        }
    }
}
