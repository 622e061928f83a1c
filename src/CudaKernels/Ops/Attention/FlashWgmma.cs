namespace CudaKernels;

/// <summary>The attention by wgmma: its kernels (kernels/attention/flash_attention_wgmma.cu) and their launches.</summary>
internal static class FlashWgmma
{
    /// <summary>Tensor maps, and the kernel's own stores, take rows at multiples of so many bytes.</summary>
    public const int Alignment = 16;

    /// <summary>Keys and values of heads that blocks work on at the same time: so many bytes of them fit the L2 cache beside the rest.</summary>
    private const long CachedBytes = 24L << 20;

    private const int ElementBytes = sizeof(ushort);
    private const int Stages = 2;

    /// <summary>The mbarriers of one place for queries and of the places for keys and values, two to each.</summary>
    private const int BarrierBytes = 8 * (2 + (4 * Stages));

    /// <summary>Coordinates of a tile, also beyond the rows, are 32-bit numbers, and so are the numbers of items of two rounds of blocks.</summary>
    public const long MaxCount = (1L << 30) - 1;

    private static readonly ElementKind[] s_kinds = [ElementKind.Float16, ElementKind.BFloat16];
    private static readonly KernelFile s_file = new("attention/flash_attention_wgmma.cu");
    private static readonly KernelTemplate s_forward64 = s_file.Template("flash_attention_wgmma<{0}, 64>", s_kinds);
    private static readonly KernelTemplate s_forward128 = s_file.Template("flash_attention_wgmma<{0}, 128>", s_kinds);
    private static readonly KernelTemplate s_forward256 = s_file.Template("flash_attention_wgmma<{0}, 256>", s_kinds);

    /// <summary>The kernel of a width.</summary>
    public static KernelTemplate Forward(in AttentionShape shape) => shape.HeadDim switch
    {
        64 => s_forward64,
        128 => s_forward128,
        _ => s_forward256,
    };

    /// <summary>The queries of an item of work: kQueries in kernels/common/flash_wgmma.cuh.</summary>
    public static int Queries(in AttentionShape shape) => 64 * Consumers(shape);

    /// <summary>The keys of a tile: kKeys in kernels/common/flash_wgmma.cuh.</summary>
    public static int Keys(in AttentionShape shape) => shape.HeadDim == 256 ? 80 : 128;

    /// <summary>Whether the kernel's numbers hold an attention.</summary>
    public static bool Fits(in AttentionShape shape) => Math.Max(Math.Max(shape.StoredQueryRows, shape.StoredKeyRows), Math.Max(shape.Heads, Items(shape))) <= MaxCount;

    /// <summary>A warpgroup that copies and those that multiply, once for each multiprocessor; shared memory holds the queries of an item and two tiles each of keys and values.</summary>
    public static LaunchConfig Launch(in AttentionShape shape, int multiprocessors) => new(
        new Dim3((uint)Math.Min(Items(shape), multiprocessors)),
        new Dim3((uint)(128 * (1 + Consumers(shape)))),
        ((Queries(shape) + (2 * Stages * Keys(shape))) * (int)shape.HeadDim * ElementBytes) + BarrierBytes);

    /// <summary>How many heads of queries are worked on before the next ones are: whole groups that share keys, whose keys and values fit the cache.</summary>
    public static int HeadsAtOnce(in AttentionShape shape)
    {
        var bytes = 2 * shape.Keys * shape.HeadDim * ElementBytes;
        return (int)Math.Min(CachedHeads(bytes) * shape.Group, shape.Heads);
    }

    /// <summary>Of how many heads, one at least, what blocks read again and again fits the cache, so many bytes of each.</summary>
    public static long CachedHeads(long bytes) => Math.Max(CachedBytes / Math.Max(bytes, 1), 1);

    private static int Consumers(in AttentionShape shape) => shape.HeadDim == 64 ? 3 : 2;

    private static long Items(in AttentionShape shape) => shape.Heads * ((shape.Queries + Queries(shape) - 1) / Queries(shape));
}
