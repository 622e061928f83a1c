namespace CudaKernels;

/// <summary>What an im2col map loads at once: the pixels that one place of a convolution's filter meets, and some of their channels.</summary>
/// <remarks>
/// The tensor is NWC, NHWC or NDHWC. The corners bound the first pixel that a filter meets: pixels are taken along W, then H, then D
/// inside the box from <see cref="LowerCorner"/> to length − 1 + <see cref="UpperCorner"/>, then from the next image. For a
/// filter of R places with dilation d and padding p the corners are −p and p − (R − 1)·d.
/// </remarks>
public sealed record TensorMapWindow
{
    /// <summary>The corner of the box nearest to the origin, one offset per spatial dimension, outermost first.</summary>
    public required IReadOnlyList<int> LowerCorner { get; init; }

    /// <summary>The far corner of the box, counted from the last pixel of each spatial dimension, outermost first.</summary>
    public required IReadOnlyList<int> UpperCorner { get; init; }

    /// <summary>Channels that are loaded of each pixel, from 1 to 256.</summary>
    public required int ChannelsPerPixel { get; init; }

    /// <summary>Pixels that are loaded, from 1 to 1024.</summary>
    public required int PixelsPerColumn { get; init; }
}
