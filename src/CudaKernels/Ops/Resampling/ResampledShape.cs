namespace CudaKernels;

/// <summary>Images and the same images of another size are addressed as a convolution's input and output.</summary>
internal static class ResampledShape
{
    /// <summary>The shape in which images get the size of others.</summary>
    /// <exception cref="ArgumentException">One has not four dimensions, their numbers or channels differ, or pixels are made of none.</exception>
    public static ConvolutionShape Of<T>(DeviceTensor<T> images, DeviceTensor<T> resized, ImageLayout layout) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(resized);
        var (channel, row, column) = Places(layout);
        if (images.Rank != 4 || resized.Rank != 4 || images.Lengths[0] != resized.Lengths[0] || images.Lengths[channel] != resized.Lengths[channel])
        {
            throw new ArgumentException($"images of another size have four dimensions and the same number and channels, got shapes {images.Layout} and {resized.Layout}", nameof(resized));
        }

        if ((images.Lengths[row] == 0 || images.Lengths[column] == 0) && !resized.IsEmpty)
        {
            throw new ArgumentException($"images of shape {images.Layout} have no pixel that {resized.Layout} could be made of", nameof(images));
        }

        return ConvolutionShape.Resized(images.Lengths, checked((int)resized.Lengths[row]), checked((int)resized.Lengths[column]), layout);
    }

    /// <summary>A new tensor for images of another size.</summary>
    /// <exception cref="ArgumentException">The images have not four dimensions.</exception>
    public static DeviceTensor<T> NewResult<T>(DeviceTensor<T> images, (nint Y, nint X) size, ImageLayout layout) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Rank != 4)
        {
            throw new ArgumentException($"images have four dimensions, got shape {images.Layout}", nameof(images));
        }

        var lengths = images.Lengths.ToArray();
        var (_, row, column) = Places(layout);
        (lengths[row], lengths[column]) = size;
        return images.Device.Create<T>(TensorLayout.Dense(lengths), images.Stream);
    }

    private static (int Channel, int Row, int Column) Places(ImageLayout layout) => layout == ImageLayout.ChannelsLast ? (3, 1, 2) : (1, 2, 3);
}
