namespace CudaKernels;

/// <summary>
/// The launches of kernels/scans/cumulative_sum.cu: rows in one pass, by tiles that look back where they are long; columns in chunks of the length, whose
/// sums are summed up by the same kernels.
/// </summary>
internal static class CumulativeSumKernels
{
    /// <summary>Elements of a column that a thread sums up, and of a row that a warp does; as in the kernels.</summary>
    private const int Chunk = 64;

    private const int ShortRow = 1024;

    /// <summary>Elements of a long row that a block holds, tiles that post a sum together, and words before the posts; as in the kernels.</summary>
    private const int Tile = 4096;

    private const int Group = 8;
    private const int FirstPost = 16;

    private const int RowThreads = 256;
    private const int ColumnThreads = 128;

    private static readonly KernelFile s_file = new("scans/cumulative_sum.cu");
    private static readonly KernelTemplate s_rows = s_file.Template("cumulative_sum_rows<{0}>", ElementTypes.Numeric);
    private static readonly KernelTemplate s_longRows = s_file.Template("cumulative_sum_long_rows<{0}>", ElementTypes.Numeric);
    private static readonly KernelTemplate s_columnTotals = s_file.Template("cumulative_sum_column_totals<{0}>", ElementTypes.Numeric);
    private static readonly KernelTemplate s_columns = s_file.Template("cumulative_sum_columns<{0}>", ElementTypes.Numeric);

    /// <summary>Sums up along the middle dimension of dense tensors; y may be x.</summary>
    public static void Launch(CudaDevice cuda, CudaStream stream, ElementKind kind, KernelArgument y, KernelArgument x, IndexShape shape, bool reverse)
    {
        if (shape.Inner > 1)
        {
            LaunchColumns(cuda, stream, kind, y, x, shape, reverse);
        }
        else if (shape.Length > ShortRow)
        {
            LaunchLongRows(cuda, stream, kind, y, x, shape, reverse);
        }
        else
        {
            var rows = LaunchConfig.Cover(checked(32 * (long)shape.Outer), RowThreads);
            stream.Launch(cuda.GetKernel(s_rows, new KernelTypes(kind)), rows, y, x, (long)shape.Outer, (long)shape.Length, reverse);
        }
    }

    private static void LaunchLongRows(CudaDevice cuda, CudaStream stream, ElementKind kind, KernelArgument y, KernelArgument x, IndexShape shape, bool reverse)
    {
        var tiles = (shape.Length + Tile - 1) / Tile;
        var groups = (tiles + Group - 1) / Group;
        var words = FirstPost + (shape.Outer * (tiles + groups) * (SumBytes(kind) / 4));
        using var scratch = tiles == 1 ? default : new StreamScratch(stream, (nuint)words * sizeof(ulong));
        if (tiles > 1)
        {
            scratch.Clear((nuint)words * sizeof(ulong));
        }

        // The kernel does not touch the posts of a single tile; the result's address stands in for them.
        var posts = tiles == 1 ? y : scratch.Output;
        var config = new LaunchConfig(new Dim3(checked((uint)(shape.Outer * tiles))), new Dim3(RowThreads));
        stream.Launch(cuda.GetKernel(s_longRows, new KernelTypes(kind)), config, y, x, posts, (long)shape.Length, (long)tiles, reverse);
    }

    private static void LaunchColumns(CudaDevice cuda, CudaStream stream, ElementKind kind, KernelArgument y, KernelArgument x, IndexShape shape, bool reverse)
    {
        var types = new KernelTypes(kind);
        var chunks = (shape.Length + Chunk - 1) / Chunk;
        using var scratch = chunks == 1 ? default : new StreamScratch(stream, (nuint)(shape.Outer * chunks * shape.Inner) * (nuint)SumBytes(kind));

        // The kernels do not touch the sums of a single chunk; the result's address stands in for them.
        var totals = chunks == 1 ? y : scratch.Input;
        var columns = new LaunchConfig(new Dim3(checked((uint)(shape.Outer * chunks * ((shape.Inner + ColumnThreads - 1) / ColumnThreads)))), new Dim3(ColumnThreads));
        if (chunks > 1)
        {
            stream.Launch(cuda.GetKernel(s_columnTotals, types), columns, scratch.Output, x, (long)shape.Length, (long)chunks, (long)shape.Inner, reverse);
            LaunchColumns(cuda, stream, SumKind(kind), scratch.Output, scratch.Input, shape with { Length = chunks, Count = chunks }, reverse: false);
        }

        stream.Launch(cuda.GetKernel(s_columns, types), columns, y, x, totals, (long)shape.Length, (long)chunks, (long)shape.Inner, reverse);
    }

    private static int SumBytes(ElementKind kind) => SumKind(kind) is ElementKind.Float64 or ElementKind.Int64 ? 8 : 4;

    /// <summary>The element type whose bits are those of the type in which a kernel sums.</summary>
    private static ElementKind SumKind(ElementKind kind) => kind switch
    {
        ElementKind.Float64 or ElementKind.Int64 => kind,
        ElementKind.Float32 or ElementKind.Float16 or ElementKind.BFloat16 => ElementKind.Float32,
        _ => ElementKind.Int32,
    };
}
