using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The attention's gradients by wgmma, those to queries or those to keys and values: the kernel (kernels/attention/flash_gradient_wgmma.cu) and its launch.</summary>
internal sealed class FlashGradientWgmma
{
    private const int ElementBytes = sizeof(ushort);

    /// <summary>The rows of a tile of the other side, but for the gradients to queries of 128 columns, which have <see cref="WideTileRows"/>.</summary>
    private const int TileRows = 64;

    private const int WideTileRows = 128;

    private static readonly ElementKind[] s_kinds = [ElementKind.Float16, ElementKind.BFloat16];
    private static readonly KernelFile s_file = new("attention/flash_gradient_wgmma.cu");
    private readonly bool _ofKeys;
    private readonly KernelTemplate _kernel64;
    private readonly KernelTemplate _kernel128;

    private FlashGradientWgmma(string kernel, bool ofKeys)
    {
        _ofKeys = ofKeys;
        _kernel64 = s_file.Template(kernel + "<{0}, 64>", s_kinds);
        _kernel128 = s_file.Template(kernel + "<{0}, 128>", s_kinds);
    }

    /// <summary>Those to queries.</summary>
    public static FlashGradientWgmma OfQueries { get; } = new("flash_gradient_wgmma_queries", ofKeys: false);

    /// <summary>Those to keys and values.</summary>
    public static FlashGradientWgmma OfKeys { get; } = new("flash_gradient_wgmma_keys", ofKeys: true);

    /// <summary>Whether the kernels' numbers hold an attention that those of the forward pass hold.</summary>
    public static bool Fits(in AttentionShape shape) => Math.Max(OfQueries.Items(shape), OfKeys.Items(shape)) <= FlashWgmma.MaxCount;

    /// <summary>Makes the gradients.</summary>
    /// <param name="stream">Where they are made.</param>
    /// <param name="types">The element type.</param>
    /// <param name="shape">An attention for which <see cref="AttentionChoice"/> has found them.</param>
    /// <param name="headsAtOnce">How many heads are worked on before the next ones are: <see cref="HeadsAtOnce"/>.</param>
    /// <param name="inputs">What is read, dense.</param>
    /// <param name="arguments">What the plain kernel takes.</param>
    public void Launch<T>(CudaStream stream, KernelTypes types, in AttentionShape shape, int headsAtOnce, in AttentionInputs<T> inputs, ReadOnlySpan<KernelArgument> arguments) where T : unmanaged
    {
        var (queries, keys) = _ofKeys ? (Others(shape), Rows(shape)) : (Rows(shape), Others(shape));
        using var q = FlashMaps.OfQueries(inputs.Queries, shape, queries);
        using var dy = FlashMaps.OfQueries(inputs.OutputGradient, shape, queries);
        using var k = FlashMaps.OfKeys(inputs.Keys, shape, keys);
        using var v = FlashMaps.OfKeys(inputs.Values, shape, keys);
        var all = default(Arguments);
        arguments.CopyTo(all);
        ReadOnlySpan<KernelArgument> more = [q.AsReadOnly(), dy.AsReadOnly(), k.AsReadOnly(), v.AsReadOnly(), headsAtOnce];
        more.CopyTo(all[arguments.Length..]);
        stream.Launch(
            stream.Device.GetKernel(shape.HeadDim == 64 ? _kernel64 : _kernel128, types), Config(shape, stream.Device.Specification.MultiprocessorCount), all[..(arguments.Length + more.Length)]);
    }

    /// <summary>How many heads, of queries or of keys, are worked on before the next ones are: those whose other side fits the cache, of queries whole groups that share keys.</summary>
    public int HeadsAtOnce(in AttentionShape shape) => !_ofKeys
        ? FlashWgmma.HeadsAtOnce<Half>(shape)
        : (int)Math.Min(FlashWgmma.CachedHeads(2 * shape.Group * shape.Queries * shape.HeadDim * ElementBytes), shape.KeyHeads);

    /// <summary>
    /// A warpgroup that copies and those that multiply, once for each multiprocessor. Shared memory holds the rows of an item, and tiles of the other side, each
    /// in pairs; of queries two numbers for each row of a tile; and two mbarriers for each place.
    /// </summary>
    public LaunchConfig Config(in AttentionShape shape, int multiprocessors)
    {
        var (stages, statisticBytes) = (Others(shape) == WideTileRows ? 2 : 3, _ofKeys ? 2 * sizeof(float) : 0);
        var rowBytes = 2 * (int)shape.HeadDim * ElementBytes;
        return new LaunchConfig(
            new Dim3((uint)Math.Min(Items(shape), multiprocessors)),
            new Dim3((uint)(128 + (2 * Rows(shape)))),
            (Rows(shape) * rowBytes) + (stages * Others(shape) * (rowBytes + statisticBytes)) + (8 * (2 + (2 * stages))));
    }

    /// <summary>The rows of an item of work: kRows in kernels/common/flash_gradient_wgmma.cuh.</summary>
    private static int Rows(in AttentionShape shape) => shape.HeadDim == 64 ? 192 : 128;

    /// <summary>The rows of a tile: kOthers in kernels/common/flash_gradient_wgmma.cuh.</summary>
    private int Others(in AttentionShape shape) => shape.HeadDim == 128 && !_ofKeys ? WideTileRows : TileRows;

    private long Items(in AttentionShape shape)
    {
        var (heads, rows) = _ofKeys ? (shape.KeyHeads, shape.Keys) : (shape.Heads, shape.Queries);
        return heads * ((rows + Rows(shape) - 1) / Rows(shape));
    }

    [InlineArray(17)]
    private struct Arguments
    {
        private KernelArgument _first;
    }
}
