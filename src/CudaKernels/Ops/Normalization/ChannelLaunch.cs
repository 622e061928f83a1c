namespace CudaKernels;

/// <summary>The launch shape of kernels that sum over the elements of each channel, and in how many parts they do.</summary>
/// <param name="IsSide">Whether neighbouring elements belong to neighbouring channels: a block takes as many side by side as are 128 bytes, else one.</param>
/// <param name="Splits">Blocks that share the elements of a channel.</param>
/// <param name="Config">The blocks.</param>
internal readonly record struct ChannelLaunch(bool IsSide, long Splits, LaunchConfig Config)
{
    /// <summary>Bytes of the channels that a block takes side by side: kSideBytes in kernels/common/channels.cuh.</summary>
    private const int SideBytes = 128;

    /// <summary>Vectors of a thread that makes results: kChannelRows there.</summary>
    private const int VectorsPerThread = 4;

    private const int BlockThreads = 256;

    /// <summary>Elements that one block should at least sum before a channel is split.</summary>
    private const long ElementsPerSplit = 8 * 1024;

    /// <summary>Blocks from which on splitting no longer fills the GPU better.</summary>
    private const long EnoughBlocks = 1024;

    /// <summary>For channels of one element at least.</summary>
    public static ChannelLaunch Of<T>(in ChannelLayout layout) where T : unmanaged
    {
        var width = layout.Spatial == 1 ? SideBytes / ElementType<T>.Size : 1;
        var tiles = (layout.Channels + width - 1) / width;
        var splits = tiles >= EnoughBlocks ? 1 : Math.Clamp(layout.Count * width / ElementsPerSplit, 1, EnoughBlocks / tiles);
        return new ChannelLaunch(layout.Spatial == 1, splits, new LaunchConfig(new Dim3(checked((uint)(tiles * splits))), new Dim3(BlockThreads)));
    }

    /// <summary>A warp for each channel.</summary>
    public static LaunchConfig Join(long channels) => LaunchConfig.Cover(checked(32 * channels), BlockThreads);

    /// <summary>The blocks of a kernel that makes a result of each element (<c>map_channels</c>).</summary>
    public static LaunchConfig Results<T>(in ChannelLayout layout) where T : unmanaged
    {
        var length = Elementwise.PackBytes / ElementType<T>.Size;
        return layout.Spatial == 1 && layout.Channels % length == 0
            ? LaunchConfig.Cover(layout.Channels / length * Blocks(layout.Images, VectorsPerThread), BlockThreads)
            : LaunchConfig.Cover(Blocks(layout.Count * layout.Channels, length * VectorsPerThread * BlockThreads) * BlockThreads, BlockThreads);
    }

    private static long Blocks(long count, int each) => (count + each - 1) / each;
}
