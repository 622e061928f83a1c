using SkiaSharp;

namespace CudaKernels.Cli.Pictures;

/// <summary>Pictures without words, eight in a row.</summary>
internal static class ImageSheet
{
    private const int Side = GreyPicture.Side;
    private const int Scale = 3;
    private const int Margin = 4;
    private const int Cell = (Side * Scale) + Margin;
    private const int MaxColumns = 8;

    /// <summary>Draws the sheet.</summary>
    /// <param name="path">A file ending in <c>.png</c>, which is replaced.</param>
    /// <param name="images">The pictures, 784 values each, one after another.</param>
    /// <param name="low">The value of black.</param>
    /// <param name="high">The value of white.</param>
    /// <exception cref="ArgumentException">There is no picture, or the last one is not whole.</exception>
    public static void Save(string path, ReadOnlySpan<float> images, float low, float high)
    {
        var count = images.Length / (Side * Side);
        if (count == 0 || count * Side * Side != images.Length)
        {
            throw new ArgumentException($"{images.Length} values are no pictures of {Side} x {Side}", nameof(images));
        }

        var (columns, rows) = (Math.Min(MaxColumns, count), (count + MaxColumns - 1) / MaxColumns);
        using var surface = SKSurface.Create(new SKImageInfo(Margin + (columns * Cell), Margin + (rows * Cell)));
        surface.Canvas.Clear(SKColors.White);
        for (var i = 0; i < count; i++)
        {
            using var bitmap = GreyPicture.Of(images.Slice(i * Side * Side, Side * Side), low, high);
            using var picture = SKImage.FromBitmap(bitmap);
            var place = SKRect.Create(Margin + (i % columns * Cell), Margin + (i / columns * Cell), Side * Scale, Side * Scale);
            surface.Canvas.DrawImage(picture, place, new SKSamplingOptions(SKFilterMode.Nearest));
        }

        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        using var file = File.Create(path);
        png.SaveTo(file);
    }
}
