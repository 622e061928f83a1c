namespace CudaKernels.Networks;

/// <summary>An image on the host.</summary>
public sealed class HostImage
{
    internal HostImage(int height, int width, int channels, byte[] pixels) => (Height, Width, Channels, Pixels) = (height, width, channels, pixels);

    /// <summary>Rows of pixels.</summary>
    public int Height { get; }

    /// <summary>Pixels of a row.</summary>
    public int Width { get; }

    /// <summary>Bytes of a pixel.</summary>
    public int Channels { get; }

    /// <summary>Row by row from the top, the channels of a pixel side by side: [height, width, channels].</summary>
    public byte[] Pixels { get; }
}
