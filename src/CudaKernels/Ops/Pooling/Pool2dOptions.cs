namespace CudaKernels;

/// <summary>The windows of a two-dimensional pooling. Immutable.</summary>
public sealed record Pool2dOptions
{
    /// <param name="window">The size of a window.</param>
    public Pool2dOptions((int Y, int X) window)
    {
        Window = AtLeast(window, 1, nameof(Window));
        Stride = window;
    }

    /// <summary>A square window.</summary>
    /// <param name="window">Its height and width.</param>
    public Pool2dOptions(int window)
        : this((window, window))
    {
    }

    /// <summary>The height and the width of a window.</summary>
    public (int Y, int X) Window { get; }

    /// <summary>The step between neighbouring windows. The size of a window by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A step is below 1.</exception>
    public (int Y, int X) Stride
    {
        get;
        init => field = AtLeast(value, 1, nameof(Stride));
    }

    /// <summary>Rows and columns added around the image, below the size of a window: -∞ to a maximum, 0 to a mean. 0 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A padding is negative, or a window could lie in the padding alone.</exception>
    public (int Y, int X) Padding
    {
        get;
        init => field = value.Y < Window.Y && value.X < Window.X
            ? AtLeast(value, 0, nameof(Padding))
            : throw new ArgumentOutOfRangeException(nameof(Padding), value, $"the padding of a pooling is below the size of its window {Window}");
    }

    /// <summary>Whether the mean counts the elements of a window that lie in the padding. True by default.</summary>
    public bool CountsPadding { get; init; } = true;

    /// <summary>Where the channels lie. <see cref="ImageLayout.ChannelsFirst"/> by default.</summary>
    public ImageLayout Layout { get; init; }

    /// <summary>The lengths of a pooling's result, in the order of the layout.</summary>
    /// <param name="images">The lengths of the images.</param>
    /// <exception cref="ArgumentException">There are not four, or a window does not fit the images.</exception>
    public nint[] OutputLengths(ReadOnlySpan<nint> images) => PoolShape.Of(images, this).OutLengths(Layout, stackalloc nint[4]).ToArray();

    private static (int Y, int X) AtLeast((int Y, int X) value, int least, string name) => value.Y >= least && value.X >= least
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} of a pooling is {least} or more along both dimensions");
}
