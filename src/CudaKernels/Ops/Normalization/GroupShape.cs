namespace CudaKernels;

/// <summary>Images [images, channels, …] whose channels fall into groups; a group of one image is a row of neighbouring elements.</summary>
/// <param name="Layout">The channels; an image has as many means as groups.</param>
/// <param name="Groups">Groups of an image.</param>
internal readonly record struct GroupShape(ChannelLayout Layout, int Groups)
{
    /// <summary>The rows.</summary>
    public MatrixRows Rows => new((nint)Layout.Images * Groups, (nint)(Layout.GroupChannels * Layout.Spatial));

    /// <exception cref="ArgumentException">There are fewer than two dimensions, or the groups do not divide the channels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no groups.</exception>
    public static GroupShape Of<T>(DeviceTensor<T> x, int groups) where T : unmanaged
    {
        var layout = BatchNormShape.Of(x, ImageLayout.ChannelsFirst);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        if (layout.Channels % groups != 0)
        {
            throw new ArgumentException($"{groups} groups do not divide the {layout.Channels} channels of shape {x.Layout}", nameof(groups));
        }

        return new GroupShape(layout with { StatisticStep = groups, GroupChannels = Math.Max(layout.Channels / groups, 1) }, groups);
    }

    /// <summary>As many groups as channels.</summary>
    /// <exception cref="ArgumentException">There are fewer than two dimensions.</exception>
    public static int Instances<T>(DeviceTensor<T> x) where T : unmanaged => (int)Math.Max(BatchNormShape.Of(x, ImageLayout.ChannelsFirst).Channels, 1);
}
