namespace CudaKernels;

/// <summary>The launch shape of kernels that sum over the elements of each channel, and in how many parts they do.</summary>
/// <param name="Width">Channels that a block takes side by side: 1, or 32 where neighbouring elements belong to neighbouring channels.</param>
/// <param name="Splits">Blocks that share the elements of a channel.</param>
/// <param name="Config">The blocks.</param>
internal readonly record struct ChannelLaunch(int Width, long Splits, LaunchConfig Config)
{
    /// <summary>The width for channels that lie side by side.</summary>
    public const int Side = 32;

    private const int BlockThreads = 256;

    /// <summary>Elements that one block should at least sum before a channel is split.</summary>
    private const long ElementsPerSplit = 8 * 1024;

    /// <summary>Blocks from which on splitting no longer fills the GPU better.</summary>
    private const long EnoughBlocks = 1024;

    /// <summary>For channels of one element at least.</summary>
    public static ChannelLaunch Of(in ChannelLayout layout)
    {
        var width = layout.Spatial == 1 ? Side : 1;
        var tiles = (layout.Channels + width - 1) / width;
        var splits = tiles >= EnoughBlocks ? 1 : Math.Clamp(layout.Count * width / ElementsPerSplit, 1, EnoughBlocks / tiles);
        return new ChannelLaunch(width, splits, new LaunchConfig(new Dim3(checked((uint)(tiles * splits))), new Dim3(BlockThreads)));
    }
}
