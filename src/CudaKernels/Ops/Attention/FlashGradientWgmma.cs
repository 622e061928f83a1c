namespace CudaKernels;

/// <summary>The attention's gradients by wgmma: the kernels (kernels/attention/flash_gradient_wgmma.cu) and their launch.</summary>
internal static class FlashGradientWgmma
{
    private const int ElementBytes = sizeof(ushort);
    private static readonly FlashGradientTemplates s_kernels = new(new KernelFile("attention/flash_gradient_wgmma.cu"), "flash_gradient_wgmma");

    /// <summary>Whether the kernels' numbers hold an attention that those of the forward pass hold.</summary>
    public static bool Fits(in AttentionShape shape) => Math.Max(Items(shape, GradientOf.Queries), Items(shape, GradientOf.KeysAndValues)) <= FlashWgmma.MaxCount;

    /// <summary>Makes one of the gradients.</summary>
    /// <param name="stream">Where it is made.</param>
    /// <param name="types">The element type.</param>
    /// <param name="shape">An attention for which <see cref="AttentionChoice"/> has found the gradients.</param>
    /// <param name="of">One of <see cref="FlashGradientTemplates.All"/>.</param>
    /// <param name="headsAtOnce">How many heads are worked on before the next ones are: <see cref="HeadsAtOnce"/>.</param>
    /// <param name="inputs">What is read, dense.</param>
    /// <param name="arguments">What all kernels of the gradients take.</param>
    public static void Launch<T>(CudaStream stream, KernelTypes types, in AttentionShape shape, GradientOf of, int headsAtOnce, in AttentionInputs<T> inputs, ReadOnlySpan<KernelArgument> arguments) where T : unmanaged
    {
        var (queries, keys) = of == GradientOf.Queries ? (Rows(shape, of), Others(shape, of)) : (Others(shape, of), Rows(shape, of));
        using var q = FlashMaps.OfQueries(inputs.Queries, shape, queries);
        using var dy = FlashMaps.OfQueries(inputs.OutputGradient, shape, queries);
        using var k = FlashMaps.OfKeys(inputs.Keys, shape, keys);
        using var v = FlashMaps.OfKeys(inputs.Values, shape, keys);
        stream.Launch(
            stream.Device.GetKernel(s_kernels[shape, of], types),
            Config(shape, of, stream.Device.Specification.MultiprocessorCount),
            arguments,
            [q.AsReadOnly(), dy.AsReadOnly(), k.AsReadOnly(), v.AsReadOnly(), headsAtOnce]);
    }

    /// <summary>How many heads, of queries or of keys, are worked on before the next ones are.</summary>
    public static int HeadsAtOnce(in AttentionShape shape, GradientOf of, int multiprocessors)
    {
        var ofKeys = of != GradientOf.Queries;
        var (heads, step) = ofKeys ? (shape.KeyHeads, 1) : (shape.Heads, shape.Group);
        var items = heads == 0 ? 0 : Items(shape, of) / heads;
        var others = ofKeys ? shape.QueriesOfSequence * shape.Group : shape.KeysOfSequence;
        var products = of switch { GradientOf.Queries => 3, GradientOf.KeysAndValues => 4, GradientOf.Keys => 3, _ => 2 };
        var order = new HeadOrder(
            heads,
            step,
            items,
            (int)Math.Clamp(Items(shape, of), 1, multiprocessors),
            HeadsInCache(shape, of),
            2 * others * shape.HeadDim * ElementBytes,
            FlashWgmma.TileCycles(Rows(shape, of), Others(shape, of), shape.HeadDim * ElementBytes, products) * (ofKeys ? shape.Group : 1));
        return HeadOrder.Fastest(order, shape, Rows(shape, of), Others(shape, of), ofKeys);
    }

    /// <summary>Heads, of queries or of keys, whose other side fits the cache, of queries in whole groups that share keys.</summary>
    public static int HeadsInCache(in AttentionShape shape, GradientOf of) => of == GradientOf.Queries
        ? FlashWgmma.HeadsInCache<Half>(shape)
        : (int)Math.Min(FlashWgmma.CachedHeads(2 * shape.Group * shape.QueriesOfSequence * shape.HeadDim * ElementBytes), shape.KeyHeads);

    /// <summary>
    /// A warpgroup that copies and those that multiply, once for each multiprocessor. Shared memory holds the rows of an item, in pairs where slopes are
    /// made, and pairs of tiles of the other side; of queries two numbers for each row of a tile; and two mbarriers for each place.
    /// </summary>
    private static LaunchConfig Config(in AttentionShape shape, GradientOf of, int multiprocessors)
    {
        var statisticBytes = of == GradientOf.Queries ? 0 : 2 * sizeof(float);
        var (stages, tiles) = (Stages(shape, of), of == GradientOf.Values ? 1 : 2);
        var rowBytes = (int)shape.HeadDim * ElementBytes;
        return new LaunchConfig(
            new Dim3((uint)Math.Min(Items(shape, of), multiprocessors)),
            new Dim3((uint)(128 + (2 * Rows(shape, of)))),
            (tiles * Rows(shape, of) * rowBytes) + (stages * Others(shape, of) * ((2 * rowBytes) + statisticBytes)) + (8 * (2 + (2 * stages))));
    }

    /// <summary>The rows of an item of work: kRows in kernels/common/flash_gradient_wgmma.cuh.</summary>
    private static int Rows(in AttentionShape shape, GradientOf of) => (shape.HeadDim, of) is (64, GradientOf.Queries) ? 192 : 128;

    /// <summary>The rows of a tile: kOthers in kernels/common/flash_gradient_wgmma.cuh.</summary>
    private static int Others(in AttentionShape shape, GradientOf of) => (shape.HeadDim, of) switch
    {
        (128, GradientOf.Queries) => 128,
        (256, not GradientOf.Values) => 48,
        _ => 64,
    };

    /// <summary>The pairs of tiles that have a place: kStages in kernels/common/flash_gradient_wgmma.cuh.</summary>
    private static int Stages(in AttentionShape shape, GradientOf of) => (shape.HeadDim, of) is (256, _) or (128, GradientOf.Queries) ? 2 : 3;

    private static long Items(in AttentionShape shape, GradientOf of)
    {
        var (heads, rows) = of == GradientOf.Queries ? (shape.Heads, shape.Queries) : (shape.KeyHeads, shape.Keys);
        return heads * ((rows + Rows(shape, of) - 1) / Rows(shape, of));
    }
}
