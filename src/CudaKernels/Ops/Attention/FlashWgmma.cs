namespace CudaKernels;

/// <summary>The attention by wgmma of 16-bit floats and of <see cref="Float8E4M3"/>: its kernels (kernels/attention/flash_attention_wgmma.cu, quantized_attention_wgmma.cu) and their launches.</summary>
internal static class FlashWgmma
{
    /// <summary>Tensor maps, and the kernel's own stores, take rows at multiples of so many bytes.</summary>
    public const int Alignment = 16;

    /// <summary>Keys and values of heads that blocks work on at the same time: so many bytes of them fit the L2 cache beside the rest.</summary>
    private const long CachedBytes = 24L << 20;

    private const int Stages = 2;

    /// <summary>Coordinates of a tile, also beyond the rows, are 32-bit numbers, and so are the numbers of items of two rounds of blocks.</summary>
    public const long MaxCount = (1L << 30) - 1;

    private static readonly ElementKind[] s_kinds = [ElementKind.Float16, ElementKind.BFloat16];
    private static readonly KernelFile s_file = new("attention/flash_attention_wgmma.cu");
    private static readonly KernelTemplate s_forward64 = s_file.Template("flash_attention_wgmma<{0}, 64>", s_kinds);
    private static readonly KernelTemplate s_forward128 = s_file.Template("flash_attention_wgmma<{0}, 128>", s_kinds);
    private static readonly KernelTemplate s_forward256 = s_file.Template("flash_attention_wgmma<{0}, 256>", s_kinds);

    private static readonly ElementKind[] s_quantizedKinds = [ElementKind.Float8E4M3];
    private static readonly KernelFile s_quantizedFile = new("attention/quantized_attention_wgmma.cu");
    private static readonly KernelTemplate s_quantized64 = s_quantizedFile.Template("quantized_attention_wgmma<{0}, 64>", s_quantizedKinds);
    private static readonly KernelTemplate s_quantized128 = s_quantizedFile.Template("quantized_attention_wgmma<{0}, 128>", s_quantizedKinds);
    private static readonly KernelTemplate s_quantized256 = s_quantizedFile.Template("quantized_attention_wgmma<{0}, 256>", s_quantizedKinds);

    /// <summary>The kernel of a width.</summary>
    public static KernelTemplate Forward(in AttentionShape shape) => shape.HeadDim switch
    {
        64 => s_forward64,
        128 => s_forward128,
        _ => s_forward256,
    };

    /// <summary>The kernel of a width for 8-bit floats, which takes the type of the result as an argument.</summary>
    public static KernelTemplate Quantized(in AttentionShape shape) => shape.HeadDim switch
    {
        64 => s_quantized64,
        128 => s_quantized128,
        _ => s_quantized256,
    };

    /// <summary>The argument for a result of a type: ResultType in kernels/attention/quantized_attention_wgmma.cu.</summary>
    public static int ResultType<T>() where T : unmanaged => ElementType<T>.Kind switch
    {
        ElementKind.Float32 => 0,
        ElementKind.Float16 => 1,
        ElementKind.BFloat16 => 2,
        _ => throw new ArgumentException($"attention of 8-bit floats gives float, Half and BFloat16, not {ElementType<T>.Kind}"),
    };

    /// <summary>The queries of an item of work: kQueries in kernels/common/flash_wgmma.cuh.</summary>
    public static int Queries<T>(in AttentionShape shape) where T : unmanaged => 64 * Consumers<T>(shape);

    /// <summary>The keys of a tile: kKeys in kernels/common/flash_wgmma.cuh.</summary>
    public static int Keys<T>(in AttentionShape shape) where T : unmanaged => RowBytes<T>(shape) == 512 ? 80 : 128;

    /// <summary>The bytes of a row of queries, keys or values.</summary>
    public static int RowBytes<T>(in AttentionShape shape) where T : unmanaged => (int)shape.HeadDim * ElementType<T>.Size;

    /// <summary>Whether the kernel's numbers hold an attention.</summary>
    public static bool Fits<T>(in AttentionShape shape) where T : unmanaged =>
        Math.Max(Math.Max(shape.StoredQueryRows, shape.StoredKeyRows), Math.Max(shape.Heads, Items<T>(shape))) <= MaxCount;

    /// <summary>
    /// A warpgroup that copies and those that multiply, once for each multiprocessor; shared memory holds the queries of an item, two tiles each of keys
    /// and values, of 8-bit ones of their transpose, too, and for each of these two mbarriers.
    /// </summary>
    public static LaunchConfig Config<T>(in AttentionShape shape, int multiprocessors) where T : unmanaged
    {
        var tiles = (ElementType<T>.Size == 1 ? 3 : 2) * Stages;
        return new LaunchConfig(
            new Dim3((uint)Math.Min(Items<T>(shape), multiprocessors)),
            new Dim3((uint)(128 * (1 + Consumers<T>(shape)))),
            ((Queries<T>(shape) + (tiles * Keys<T>(shape))) * RowBytes<T>(shape)) + (2 * sizeof(long) * (1 + tiles)));
    }

    /// <summary>How many heads of queries are worked on before the next ones are.</summary>
    public static int HeadsAtOnce<T>(in AttentionShape shape, int multiprocessors) where T : unmanaged
    {
        var items = shape.Heads == 0 ? 0 : Items<T>(shape) / shape.Heads;
        var bytes = 2 * shape.KeysOfSequence * RowBytes<T>(shape);
        var order = new HeadOrder(shape.Heads, shape.Group, items, (int)Math.Clamp(Items<T>(shape), 1, multiprocessors), HeadsInCache<T>(shape), bytes, TileCycles(Queries<T>(shape), Keys<T>(shape), RowBytes<T>(shape), products: 2));
        return HeadOrder.Fastest(order, shape, Queries<T>(shape), Keys<T>(shape), ofKeys: false);
    }

    /// <summary>Cycles of the tensor cores for so many products of rows and other rows: 128 bytes of each of 64 and 256 rows take 512.</summary>
    public static long TileCycles(long rows, long others, long rowBytes, int products) => products * rows * others * rowBytes / 4096;

    /// <summary>Heads of queries whose keys and values fit the cache, in whole groups that share keys.</summary>
    public static int HeadsInCache<T>(in AttentionShape shape) where T : unmanaged => (int)Math.Min(CachedHeads(2 * shape.KeysOfSequence * RowBytes<T>(shape)) * shape.Group, shape.Heads);

    /// <summary>Of how many heads, one at least, what blocks read again and again fits the cache, so many bytes of each.</summary>
    public static long CachedHeads(long bytes) => Math.Max(CachedBytes / Math.Max(bytes, 1), 1);

    private static int Consumers<T>(in AttentionShape shape) where T : unmanaged => RowBytes<T>(shape) == 128 && ElementType<T>.Size == 2 ? 3 : 2;

    private static long Items<T>(in AttentionShape shape) where T : unmanaged => shape.Heads * ((shape.Queries + Queries<T>(shape) - 1) / Queries<T>(shape));
}
