using SkiaSharp;

namespace CudaKernels.Cli.Pictures;

/// <summary>A picture of 28 x 28 values as a grey bitmap.</summary>
internal static class GreyPicture
{
    /// <summary>The height and the width.</summary>
    public const int Side = Data.FashionMnist.Side;

    /// <summary>Black is the least of the values, white the largest.</summary>
    /// <exception cref="ArgumentException">There are not 784 values.</exception>
    public static SKBitmap Stretched(ReadOnlySpan<float> values)
    {
        var (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in values)
        {
            (low, high) = (MathF.Min(low, value), MathF.Max(high, value));
        }

        return Of(values, low, high);
    }

    /// <summary>Values from black to white; what lies outside, and NaN, is drawn as the nearer of them, NaN black.</summary>
    /// <exception cref="ArgumentException">There are not 784 values.</exception>
    public static SKBitmap Of(ReadOnlySpan<float> values, float low, float high)
    {
        if (values.Length != Side * Side)
        {
            throw new ArgumentException($"a picture has {Side} x {Side} values, got {values.Length}", nameof(values));
        }

        var scale = high > low ? 255 / (high - low) : 0;
        var bitmap = new SKBitmap(Side, Side, SKColorType.Gray8, SKAlphaType.Opaque);
        var pixels = bitmap.GetPixelSpan();
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var grey = (values[(y * Side) + x] - low) * scale;
                pixels[(y * bitmap.RowBytes) + x] = grey >= 0 ? (byte)Math.Min(grey, 255) : (byte)0;
            }
        }

        return bitmap;
    }
}
