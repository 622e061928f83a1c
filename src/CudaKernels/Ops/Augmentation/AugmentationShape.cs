using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>The sizes and strengths of one augmentation: <c>Augmentation</c> of kernels/augmentation/augment_images.cu, which the kernel takes by value.</summary>
internal struct AugmentationShape
{
    /// <summary>Threads of a block (kAugmentationBlock there).</summary>
    public const int Block = 256;

    /// <summary>Pixels of a thread: kAugmentationPixels there.</summary>
    public const int PixelsPerThread = 4;

    public int Channels;
    public int Height;
    public int Width;
    public int OutHeight;
    public int OutWidth;
    public int Padding;
    public int CropsAtRandom;
    public uint Chunks;
    public ulong FlipThreshold;
    public double MaxRotation;
    public double Brightness;
    public double Contrast;
    public ChannelValues Mean;
    public ChannelValues Deviation;

    public readonly int OutPixels => OutHeight * OutWidth;

    /// <summary>The shape in which images become a destination.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit each other or the options.</exception>
    public static AugmentationShape Of<T>(DeviceTensor<byte> images, DeviceTensor<long> samples, DeviceTensor<T> destination, ImageAugmentation options) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(options);
        if (images.Rank != 4 || destination.Rank != 4 || destination.Lengths[0] != images.Lengths[0] || destination.Lengths[1] != images.Lengths[3])
        {
            throw new ArgumentException($"images [images, height, width, channels] become [images, channels, outHeight, outWidth], got shapes {images.Layout} and {destination.Layout}", nameof(destination));
        }

        TensorOperations.RequireShape(samples, [images.Lengths[0]], nameof(samples));
        var shape = new AugmentationShape
        {
            Channels = checked((int)images.Lengths[3]),
            Height = checked((int)images.Lengths[1]),
            Width = checked((int)images.Lengths[2]),
            OutHeight = checked((int)destination.Lengths[2]),
            OutWidth = checked((int)destination.Lengths[3]),
            Padding = options.Padding,
            CropsAtRandom = options.RandomCrop ? 1 : 0,
            FlipThreshold = Probability.Of(options.FlipProbability).Threshold,
            MaxRotation = options.MaxRotation * Math.PI / 180,
            Brightness = options.Brightness,
            Contrast = options.Contrast,
        };
        shape.RequireWindow();
        shape.Chunks = (uint)(checked((shape.OutHeight * shape.OutWidth) + (Block * PixelsPerThread) - 1) / (Block * PixelsPerThread));
        shape.Mean = Spread(options.Mean, shape.Channels, nameof(options.Mean));
        shape.Deviation = Spread(options.Deviation, shape.Channels, nameof(options.Deviation));
        return shape;
    }

    private readonly void RequireWindow()
    {
        var (rows, columns) = (Height + (2L * Padding), Width + (2L * Padding));
        if (Math.Max(rows, columns) > int.MaxValue)
        {
            throw new ArgumentException($"images of {Height}x{Width} with a border of {Padding} are larger than 2^31 - 1 pixels along a side", nameof(ImageAugmentation.Padding));
        }

        if (OutHeight > rows || OutWidth > columns)
        {
            throw new ArgumentException($"a window of {OutHeight}x{OutWidth} does not fit images of {Height}x{Width} with a border of {Padding} ({rows}x{columns})", nameof(ImageAugmentation.Padding));
        }
    }

    private static ChannelValues Spread(IReadOnlyList<float> values, int channels, string option)
    {
        if (channels > ChannelValues.Count || (values.Count != 1 && values.Count != channels))
        {
            throw new ArgumentException($"{option} has a value for each of at most {ChannelValues.Count} channels, or one for all; got {values.Count} for {channels} channels", option);
        }

        ChannelValues spread = default;
        for (var c = 0; c < ChannelValues.Count; c++)
        {
            spread[c] = values[Math.Min(c, values.Count - 1)];
        }

        return spread;
    }

    [InlineArray(Count)]
    public struct ChannelValues
    {
        public const int Count = ImageAugmentation.MaxChannels;
        private float _first;
    }
}
