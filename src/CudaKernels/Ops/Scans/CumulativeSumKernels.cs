namespace CudaKernels;

/// <summary>The launches of kernels/scans/cumulative_sum.cu: chunks of the length, whose sums are summed up by the same kernels.</summary>
internal static class CumulativeSumKernels
{
    /// <summary>Elements that one block or thread sums up; as in the kernels.</summary>
    private const int Chunk = 1024;

    private const int RowThreads = 256;
    private const int ColumnThreads = 128;

    private static readonly KernelFile s_file = new("scans/cumulative_sum.cu");
    private static readonly KernelTemplate s_rowTotals = s_file.Template("cumulative_sum_row_totals<{0}>", ElementTypes.Numeric);
    private static readonly KernelTemplate s_rows = s_file.Template("cumulative_sum_rows<{0}>", ElementTypes.Numeric);
    private static readonly KernelTemplate s_columnTotals = s_file.Template("cumulative_sum_column_totals<{0}>", ElementTypes.Numeric);
    private static readonly KernelTemplate s_columns = s_file.Template("cumulative_sum_columns<{0}>", ElementTypes.Numeric);

    /// <summary>Sums up along the middle dimension of dense tensors; y may be x.</summary>
    public static void Launch(CudaDevice cuda, CudaStream stream, ElementKind kind, KernelArgument y, KernelArgument x, IndexShape shape, bool reverse)
    {
        var types = new KernelTypes(kind);
        var chunks = (shape.Length + Chunk - 1) / Chunk;
        var sums = SumKind(kind);
        using var scratch = chunks == 1 ? default : new StreamScratch(stream, (nuint)(shape.Outer * chunks * shape.Inner) * (nuint)(sums is ElementKind.Float64 or ElementKind.Int64 ? 8 : 4));

        // The kernels do not touch the sums of a single chunk; the result's address stands in for them.
        var totals = chunks == 1 ? y : scratch.Input;
        if (shape.Inner == 1)
        {
            var rows = new LaunchConfig(new Dim3(checked((uint)(shape.Outer * chunks))), new Dim3(RowThreads));
            if (chunks > 1)
            {
                stream.Launch(cuda.GetKernel(s_rowTotals, types), rows, scratch.Output, x, (long)shape.Length, (long)chunks, reverse);
                Launch(cuda, stream, sums, scratch.Output, scratch.Input, shape with { Length = chunks, Count = chunks }, reverse: false);
            }

            stream.Launch(cuda.GetKernel(s_rows, types), rows, y, x, totals, (long)shape.Length, (long)chunks, reverse);
            return;
        }

        var columns = new LaunchConfig(new Dim3(checked((uint)(shape.Outer * chunks * ((shape.Inner + ColumnThreads - 1) / ColumnThreads)))), new Dim3(ColumnThreads));
        if (chunks > 1)
        {
            stream.Launch(cuda.GetKernel(s_columnTotals, types), columns, scratch.Output, x, (long)shape.Length, (long)chunks, (long)shape.Inner, reverse);
            Launch(cuda, stream, sums, scratch.Output, scratch.Input, shape with { Length = chunks, Count = chunks }, reverse: false);
        }

        stream.Launch(cuda.GetKernel(s_columns, types), columns, y, x, totals, (long)shape.Length, (long)chunks, (long)shape.Inner, reverse);
    }

    /// <summary>The element type whose bits are those of the type in which a kernel sums.</summary>
    private static ElementKind SumKind(ElementKind kind) => kind switch
    {
        ElementKind.Float64 or ElementKind.Int64 => kind,
        ElementKind.Float32 or ElementKind.Float16 or ElementKind.BFloat16 => ElementKind.Float32,
        _ => ElementKind.Int32,
    };
}
