namespace CudaKernels;

/// <summary>Where the channels of images lie.</summary>
public enum ImageLayout
{
    /// <summary>[images, channels, height, width]; filters are [filters, channels / groups, height, width].</summary>
    ChannelsFirst,
    /// <summary>[images, height, width, channels]; filters are [filters, height, width, channels / groups].</summary>
    ChannelsLast,
}

/// <summary>The implementation of a convolution on a CUDA device.</summary>
public enum Conv2dAlgorithm
{
    /// <summary>The direct kernel where a group has few filters or channels, else tensor cores on a GPU where they take the convolution, else the implicit matrix product.</summary>
    Auto,
    /// <summary>A tiled matrix product whose operands are gathered from the images as they are read.</summary>
    ImplicitGemm,
    /// <summary>A thread for each result.</summary>
    Direct,
    /// <summary>
    /// The implicit matrix product on tensor cores: Half and BFloat16 with <see cref="ImageLayout.ChannelsLast"/> on compute capability 8.0 and above, a
    /// multiple of 8 channels in a group (for the gradients also of filters), in tensors that start at multiples of 16 bytes. Anything else is refused.
    /// </summary>
    TensorCores,
    /// <summary>
    /// The same on the tensor cores of compute capability 9.0, by wgmma and TMA, in tiles of 128 by 256; what <see cref="TensorCores"/> takes. What tensor maps do not take (more than one
    /// group, strides above 8, paddings and filters that reach more than 128 rows or columns beyond or into the image) is computed by <see cref="TensorCores"/>.
    /// </summary>
    Wgmma,
    /// <summary><see cref="Wgmma"/> by clusters of two blocks, each of which brings half of the tile that both have in common; for products of more than 128 pixels, or in the gradient to the filters of more than 128 filters.</summary>
    WgmmaCluster,
    /// <summary><see cref="Wgmma"/> with tiles of half as many columns, 128 by 128, for at most 128 filters, or in the gradient to the images channels, and for products that have too few of the others to fill the device.</summary>
    WgmmaNarrow,
    /// <summary><see cref="Wgmma"/> with tiles of 128 by 64, for at most 64 filters, or in the gradient to the images channels.</summary>
    WgmmaSlim,
}

/// <summary>How a two-dimensional convolution steps over its images. Immutable.</summary>
public sealed record Conv2dOptions
{
    /// <summary>Stride 1, no padding, no dilation, one group, channels first.</summary>
    public static Conv2dOptions Default { get; } = new();

    /// <summary>The step between neighbouring results, along the height and the width. 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A step is below 1.</exception>
    public (int Y, int X) Stride
    {
        get;
        init => field = AtLeast(value, 1, nameof(Stride));
    }

    = (1, 1);

    /// <summary>Zeros added before and after the image, along the height and the width. 0 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A padding is negative.</exception>
    public (int Y, int X) Padding
    {
        get;
        init => field = AtLeast(value, 0, nameof(Padding));
    }

    = (0, 0);

    /// <summary>The step between neighbouring elements of the image under a filter. 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A step is below 1.</exception>
    public (int Y, int X) Dilation
    {
        get;
        init => field = AtLeast(value, 1, nameof(Dilation));
    }

    = (1, 1);

    /// <summary>Groups that channels and filters are divided into; as many as channels is a depthwise convolution. 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Groups
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    }

    = 1;

    /// <summary>Where the channels lie. <see cref="ImageLayout.ChannelsFirst"/> by default.</summary>
    public ImageLayout Layout { get; init; }

    /// <summary>The implementation on a CUDA device. <see cref="Conv2dAlgorithm.Auto"/> by default.</summary>
    public Conv2dAlgorithm Algorithm { get; init; }

    /// <summary>The lengths of a convolution's result, in the order of the layout.</summary>
    /// <param name="images">The lengths of the images.</param>
    /// <param name="filters">The lengths of the filters.</param>
    /// <exception cref="ArgumentException">The lengths do not fit these options.</exception>
    public nint[] OutputLengths(ReadOnlySpan<nint> images, ReadOnlySpan<nint> filters) => ConvolutionShape.Of(images, filters, this).OutLengths(Layout, stackalloc nint[4]).ToArray();

    /// <summary>The lengths of a transposed convolution's result, in the order of the layout.</summary>
    /// <param name="x">The lengths of its input.</param>
    /// <param name="filters">The lengths of the filters.</param>
    /// <param name="outputPadding">Rows and columns more than the smallest result that fits; below the stride.</param>
    /// <exception cref="ArgumentException">The lengths do not fit these options.</exception>
    public nint[] TransposedOutputLengths(ReadOnlySpan<nint> x, ReadOnlySpan<nint> filters, (int Y, int X) outputPadding = default) =>
        ConvolutionShape.TransposedLengths(x, filters, this, outputPadding, stackalloc nint[4]).ToArray();

    private static (int Y, int X) AtLeast((int Y, int X) value, int least, string name) => value.Y >= least && value.X >= least
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} of a convolution is {least} or more along both dimensions");
}
