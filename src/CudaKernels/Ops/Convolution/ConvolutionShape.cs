namespace CudaKernels;

/// <summary>The sizes and steps of one convolution: <c>Convolution</c> of kernels/common/convolution.cuh, which kernels take by value.</summary>
internal struct ConvolutionShape
{
    public int Images;
    public int Channels;
    public int Height;
    public int Width;
    public int Filters;
    public int FilterHeight;
    public int FilterWidth;
    public int OutHeight;
    public int OutWidth;
    public int StrideY;
    public int StrideX;
    public int PaddingY;
    public int PaddingX;
    public int DilationY;
    public int DilationX;
    public int Groups;
    public long ImageStep;
    public long ChannelStep;
    public long RowStep;
    public long ColumnStep;
    public long OutImageStep;
    public long OutFilterStep;
    public long OutRowStep;
    public long OutColumnStep;
    public long FilterStep;
    public long FilterChannelStep;
    public long FilterRowStep;
    public long FilterColumnStep;

    public readonly int GroupChannels => Channels / Groups;

    public readonly int GroupFilters => Filters / Groups;

    /// <summary>The weights of one filter.</summary>
    public readonly int Taps => GroupChannels * FilterHeight * FilterWidth;

    public readonly long Pixels => (long)Images * Height * Width;

    public readonly int OutSize => OutHeight * OutWidth;

    public readonly long OutPixels => (long)Images * OutSize;

    /// <summary>The remainders of an input pixel's row and column modulo the stride: which taps lead to a result depends on them alone.</summary>
    public readonly long Phases => (long)StrideY * StrideX;

    /// <summary>The phases that images have pixels of.</summary>
    public readonly long PhasesWithPixels => (long)Math.Min(StrideY, Height) * Math.Min(StrideX, Width);

    /// <summary>The pixels of the largest phase.</summary>
    public readonly long PhasePixels => (long)Images * ((Height + StrideY - 1L) / StrideY) * ((Width + StrideX - 1L) / StrideX);

    /// <summary>Whether another convolution, <see cref="Reversed"/>, gives the gradient of the images: the stride is 1 and the padding no more than a filter covers.</summary>
    public readonly bool IsReversible => StrideX == 1 && StrideY == 1 && PaddingY <= (FilterHeight - 1) * DilationY && PaddingX <= (FilterWidth - 1) * DilationX;

    /// <summary>The shape of the convolution, channels first, that leads from the gradient of the results to that of the images.</summary>
    public readonly ConvolutionShape Reversed
    {
        get
        {
            var shape = this;
            (shape.Channels, shape.Filters) = (Filters, Channels);
            (shape.Height, shape.OutHeight, shape.Width, shape.OutWidth) = (OutHeight, Height, OutWidth, Width);
            shape.PaddingY = ((FilterHeight - 1) * DilationY) - PaddingY;
            shape.PaddingX = ((FilterWidth - 1) * DilationX) - PaddingX;
            shape.SetSteps(last: false);
            return shape;
        }
    }

    /// <summary>The shape of a convolution of images with filters.</summary>
    /// <exception cref="ArgumentException">A tensor has not four dimensions, channels or filters do not fit the groups, or the filter does not fit the padded image.</exception>
    public static ConvolutionShape Of<T>(DeviceTensor<T> images, DeviceTensor<T> filters, Conv2dOptions options) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(filters);
        return Of(images.Lengths, filters.Lengths, options);
    }

    /// <summary>The shape of a convolution of images with filters of the given lengths.</summary>
    /// <exception cref="ArgumentException">There are not four dimensions, channels or filters do not fit the groups, or the filter does not fit the padded image.</exception>
    public static ConvolutionShape Of(ReadOnlySpan<nint> images, ReadOnlySpan<nint> filters, Conv2dOptions options)
    {
        if (images.Length != 4 || filters.Length != 4)
        {
            throw new ArgumentException($"a two-dimensional convolution takes images and filters of four dimensions, got shapes {TensorLayout.Format(images)} and {TensorLayout.Format(filters)}", nameof(images));
        }

        return Of(images, filters, new WindowSteps(options.Stride, options.Padding, options.Dilation, options.Groups, options.Layout));
    }

    /// <summary>The shape of a convolution of images with filters, of the lengths that their layout gives.</summary>
    public static ConvolutionShape Of(ReadOnlySpan<nint> images, ReadOnlySpan<nint> filters, WindowSteps options)
    {
        var last = options.Layout == ImageLayout.ChannelsLast;
        var (channel, row, column) = last ? (3, 1, 2) : (1, 2, 3);
        var shape = new ConvolutionShape
        {
            Images = checked((int)images[0]),
            Channels = checked((int)images[channel]),
            Height = checked((int)images[row]),
            Width = checked((int)images[column]),
            Filters = checked((int)filters[0]),
            FilterHeight = checked((int)filters[row]),
            FilterWidth = checked((int)filters[column]),
            StrideY = options.Stride.Y,
            StrideX = options.Stride.X,
            PaddingY = options.Padding.Y,
            PaddingX = options.Padding.X,
            DilationY = options.Dilation.Y,
            DilationX = options.Dilation.X,
            Groups = options.Groups,
        };
        if (shape.Channels % options.Groups != 0 || shape.Filters % options.Groups != 0 || filters[channel] != shape.Channels / options.Groups)
        {
            throw new ArgumentException($"{shape.Filters} filters of {filters[channel]} channels do not fit images of {shape.Channels} channels in {options.Groups} group(s): a filter has the channels of one group, and the groups divide both", nameof(filters));
        }

        shape.OutHeight = Extent(shape.Height, shape.FilterHeight, options.Stride.Y, options.Padding.Y, options.Dilation.Y, "height");
        shape.OutWidth = Extent(shape.Width, shape.FilterWidth, options.Stride.X, options.Padding.X, options.Dilation.X, "width");
        shape.SetSteps(last);
        return shape;
    }

    /// <summary>The shape in which images get another size, channel by channel: it says where elements lie, and nothing of a window.</summary>
    public static ConvolutionShape Resized(ReadOnlySpan<nint> images, int height, int width, ImageLayout layout)
    {
        var last = layout == ImageLayout.ChannelsLast;
        var channels = checked((int)images[last ? 3 : 1]);
        var shape = new ConvolutionShape
        {
            Images = checked((int)images[0]),
            Channels = channels,
            Height = checked((int)images[last ? 1 : 2]),
            Width = checked((int)images[last ? 2 : 3]),
            Filters = channels,
            OutHeight = height,
            OutWidth = width,
            Groups = Math.Max(channels, 1),
        };
        shape.SetSteps(last);
        return shape;
    }

    /// <summary>The lengths of the result.</summary>
    public readonly ReadOnlySpan<nint> OutLengths(ImageLayout layout, Span<nint> lengths) => Lengths(layout, lengths, Images, Filters, OutHeight, OutWidth);

    /// <summary>The lengths of a transposed convolution's result, so many rows and columns more than the smallest that fits.</summary>
    /// <exception cref="ArgumentException">There are not four dimensions, the output padding is no remainder of the stride, or the padding leaves nothing.</exception>
    public static ReadOnlySpan<nint> TransposedLengths(ReadOnlySpan<nint> x, ReadOnlySpan<nint> filters, Conv2dOptions options, (int Y, int X) outputPadding, Span<nint> lengths)
    {
        if (x.Length != 4 || filters.Length != 4)
        {
            throw new ArgumentException($"a transposed convolution takes images and filters of four dimensions, got shapes {TensorLayout.Format(x)} and {TensorLayout.Format(filters)}", nameof(x));
        }

        if (outputPadding.Y < 0 || outputPadding.X < 0 || outputPadding.Y >= options.Stride.Y || outputPadding.X >= options.Stride.X)
        {
            throw new ArgumentException($"the output padding is 0 or more and below the stride {options.Stride}, got {outputPadding}", nameof(outputPadding));
        }

        var (channel, row, column) = options.Layout == ImageLayout.ChannelsLast ? (3, 1, 2) : (1, 2, 3);
        var height = ((x[row] - 1) * options.Stride.Y) - (2 * options.Padding.Y) + (options.Dilation.Y * (filters[row] - 1)) + 1 + outputPadding.Y;
        var width = ((x[column] - 1) * options.Stride.X) - (2 * options.Padding.X) + (options.Dilation.X * (filters[column] - 1)) + 1 + outputPadding.X;
        if (height < 0 || width < 0)
        {
            throw new ArgumentException($"images of shape {TensorLayout.Format(x)} and filters of shape {TensorLayout.Format(filters)} with padding {options.Padding} give a result of {height}x{width}", nameof(filters));
        }

        return Lengths(options.Layout, lengths, x[0], filters[channel] * options.Groups, height, width);
    }

    /// <summary>Four lengths in the order of a layout.</summary>
    public static ReadOnlySpan<nint> Lengths(ImageLayout layout, Span<nint> lengths, nint images, nint channels, nint height, nint width)
    {
        lengths[0] = images;
        (lengths[1], lengths[2], lengths[3]) = layout == ImageLayout.ChannelsLast ? (height, width, channels) : (channels, height, width);
        return lengths[..4];
    }

    private static int Extent(int length, int filter, int stride, int padding, int dilation, string dimension)
    {
        var covered = ((long)dilation * (filter - 1)) + 1;
        var padded = length + (2L * padding);
        return filter >= 1 && padded >= covered
            ? checked((int)(((padded - covered) / stride) + 1))
            : throw new ArgumentException($"a filter of {dimension} {filter} with dilation {dilation} covers {covered} elements and does not fit images of {dimension} {length} with padding {padding}", "filters");
    }

    private void SetSteps(bool last)
    {
        (ImageStep, OutImageStep, FilterStep) = ((long)Channels * Height * Width, (long)Filters * OutSize, Taps);
        if (last)
        {
            (ChannelStep, ColumnStep, RowStep) = (1, Channels, (long)Channels * Width);
            (OutFilterStep, OutColumnStep, OutRowStep) = (1, Filters, (long)Filters * OutWidth);
            (FilterChannelStep, FilterColumnStep, FilterRowStep) = (1, GroupChannels, (long)GroupChannels * FilterWidth);
        }
        else
        {
            (ChannelStep, ColumnStep, RowStep) = ((long)Height * Width, 1, Width);
            (OutFilterStep, OutColumnStep, OutRowStep) = (OutSize, 1, OutWidth);
            (FilterChannelStep, FilterColumnStep, FilterRowStep) = ((long)FilterHeight * FilterWidth, 1, FilterWidth);
        }
    }
}
