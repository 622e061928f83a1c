namespace CudaKernels;

/// <summary>A pooling is addressed as the depthwise convolution whose filter is the window.</summary>
internal static class PoolShape
{
    /// <summary>The shape of a pooling with a fixed window.</summary>
    /// <exception cref="ArgumentException">The images have not four dimensions, or a window does not fit them.</exception>
    public static ConvolutionShape Of<T>(DeviceTensor<T> images, Pool2dOptions options) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        return Of(images.Lengths, options);
    }

    /// <summary>The shape of a pooling of images of the given lengths.</summary>
    /// <exception cref="ArgumentException">There are not four dimensions, or a window does not fit the images.</exception>
    public static ConvolutionShape Of(ReadOnlySpan<nint> images, Pool2dOptions options)
    {
        var channels = Channels(images, options.Layout);
        Span<nint> filters = stackalloc nint[4];
        return ConvolutionShape.Of(
            images,
            ConvolutionShape.Lengths(options.Layout, filters, channels, 1, options.Window.Y, options.Window.X),
            new WindowSteps(options.Stride, options.Padding, (1, 1), Math.Max((int)channels, 1), options.Layout));
    }

    /// <summary>The shape of a pooling whose windows divide the image into so many parts.</summary>
    /// <exception cref="ArgumentException">The images have not four dimensions.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no parts, or more than pixels.</exception>
    public static ConvolutionShape OfParts<T>(DeviceTensor<T> images, (int Y, int X) parts, ImageLayout layout) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(images);
        var channels = Channels(images.Lengths, layout);
        var (row, column) = layout == ImageLayout.ChannelsLast ? (1, 2) : (2, 3);
        var (height, width) = (images.Lengths[row], images.Lengths[column]);
        if (parts.Y < 1 || parts.X < 1 || parts.Y > Math.Max(height, 1) || parts.X > Math.Max(width, 1))
        {
            throw new ArgumentOutOfRangeException(nameof(parts), parts, $"images of {height}x{width} are divided into 1x1 to {height}x{width} parts");
        }

        // A stride that gives as many windows as parts: their real extents are the kernel's business.
        Span<nint> filters = stackalloc nint[4];
        var stride = ((int)height / parts.Y, (int)width / parts.X);
        var window = (height - (stride.Item1 * (parts.Y - 1)), width - (stride.Item2 * (parts.X - 1)));
        return ConvolutionShape.Of(
            images.Lengths,
            ConvolutionShape.Lengths(layout, filters, channels, 1, window.Item1, window.Item2),
            new WindowSteps((Math.Max(stride.Item1, 1), Math.Max(stride.Item2, 1)), (0, 0), (1, 1), Math.Max((int)channels, 1), layout));
    }

    private static nint Channels(ReadOnlySpan<nint> images, ImageLayout layout) => images.Length == 4
        ? images[layout == ImageLayout.ChannelsLast ? 3 : 1]
        : throw new ArgumentException($"a two-dimensional pooling takes images of four dimensions, got shape {TensorLayout.Format(images)}", nameof(images));
}
