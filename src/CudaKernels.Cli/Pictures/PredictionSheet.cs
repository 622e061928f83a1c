using SkiaSharp;

namespace CudaKernels.Cli.Pictures;

/// <summary>Pictures with the network's answers below them: right ones green, wrong ones red with the true class.</summary>
internal static class PredictionSheet
{
    private const int Side = GreyPicture.Side;
    private const int Scale = 4;
    private const int Margin = 12;
    private const int TextHeight = 40;
    private const int CellWidth = (Side * Scale) + Margin;
    private const int CellHeight = (Side * Scale) + TextHeight + Margin;
    private const int MaxColumns = 8;

    private static readonly SKColor Right = new(0x1b, 0x7f, 0x3b);
    private static readonly SKColor Wrong = new(0xc0, 0x1c, 0x28);

    /// <summary>Draws the sheet.</summary>
    /// <param name="path">A file ending in <c>.png</c>, which is replaced.</param>
    /// <param name="predictions">The pictures, row by row, eight in a row.</param>
    /// <exception cref="ArgumentException">The name ends otherwise, there are no pictures, or one does not have 784 values.</exception>
    public static void Save(string path, IReadOnlyList<Prediction> predictions)
    {
        if (!path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"a sheet's name ends in .png, got {path}", nameof(path));
        }

        if (predictions.Count == 0)
        {
            throw new ArgumentException("there is no picture to draw", nameof(predictions));
        }

        var columns = Math.Min(MaxColumns, predictions.Count);
        var rows = (predictions.Count + columns - 1) / columns;
        using var surface = SKSurface.Create(new SKImageInfo(Margin + (columns * CellWidth), Margin + (rows * CellHeight)));
        surface.Canvas.Clear(SKColors.White);
        using var font = new SKFont(EmbeddedFont.Typeface, 14) { Edging = SKFontEdging.Antialias };
        for (var i = 0; i < predictions.Count; i++)
        {
            Draw(surface.Canvas, font, predictions[i], Margin + (i % columns * CellWidth), Margin + (i / columns * CellHeight));
        }

        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        using var file = File.Create(path);
        png.SaveTo(file);
    }

    private static void Draw(SKCanvas canvas, SKFont font, Prediction prediction, float left, float top)
    {
        using var bitmap = GreyPicture.Stretched(prediction.Image.Span);
        using var picture = SKImage.FromBitmap(bitmap);
        canvas.DrawImage(picture, SKRect.Create(left, top, Side * Scale, Side * Scale), new SKSamplingOptions(SKFilterMode.Nearest));
        var isRight = prediction.Actual == prediction.Predicted;
        using var paint = new SKPaint { Color = isRight ? Right : Wrong, IsAntialias = true };
        canvas.DrawText(prediction.Predicted, left, top + (Side * Scale) + 16, font, paint);
        if (!isRight)
        {
            using var plain = new SKPaint { Color = SKColors.Black, IsAntialias = true };
            canvas.DrawText($"is: {prediction.Actual}", left, top + (Side * Scale) + 34, font, plain);
        }
    }
}
