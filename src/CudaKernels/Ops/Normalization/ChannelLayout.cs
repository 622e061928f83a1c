using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>Elements seen as [images, channels, spatial], and where the mean and scale of each stand; the kernels know it as <c>Channels</c> (channels.cuh).</summary>
/// <param name="Images">Or the rows of a matrix whose columns are the channels.</param>
/// <param name="Channels">The channels.</param>
/// <param name="Spatial">Elements of a channel that lie side by side.</param>
/// <param name="StatisticStep">Means from one image to the next; 0 where images share them.</param>
/// <param name="GroupChannels">Neighbouring channels that share a mean; 1 or more.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ChannelLayout(long Images, long Channels, long Spatial, long StatisticStep, long GroupChannels)
{
    /// <summary>Elements of each channel.</summary>
    public long Count => Images * Spatial;

    /// <summary>The columns of rows that have a mean each.</summary>
    public static ChannelLayout Rows(MatrixRows rows) => new(rows.Count, rows.Columns, 1, 1, Math.Max(rows.Columns, 1));
}
