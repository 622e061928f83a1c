using ScottPlot;
using SkiaSharp;

namespace CudaKernels.Cli.Pictures;

/// <summary>Writes plots, one below the other, into one picture file.</summary>
internal static class PlotFile
{
    /// <summary>Writes the plots.</summary>
    /// <param name="path">A file ending in <c>.svg</c> or <c>.png</c>, which is replaced.</param>
    /// <param name="plots">The plots, from top to bottom, of equal heights.</param>
    /// <param name="width">Pixels across.</param>
    /// <param name="height">Pixels down, of all plots together.</param>
    /// <exception cref="ArgumentException">The name ends otherwise.</exception>
    public static void Save(string path, IReadOnlyList<Plot> plots, int width, int height)
    {
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".png":
                using (var surface = SKSurface.Create(new SKImageInfo(width, height)))
                {
                    Draw(surface.Canvas, plots, width, height);
                    using var image = surface.Snapshot();
                    using var png = image.Encode(SKEncodedImageFormat.Png, 100);
                    using var file = File.Create(path);
                    png.SaveTo(file);
                }

                break;
            case ".svg":
                using (var file = File.Create(path))
                using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, width, height), file))
                {
                    Draw(canvas, plots, width, height);
                }

                break;
            default:
                throw new ArgumentException($"a picture's name ends in .svg or .png, got {path}", nameof(path));
        }
    }

    private static void Draw(SKCanvas canvas, IReadOnlyList<Plot> plots, int width, int height)
    {
        canvas.Clear(SKColors.White);
        for (var i = 0; i < plots.Count; i++)
        {
            // The first rendering of a plot fits its axes and draws it once more; done in memory, the file gets each line once.
            plots[i].RenderInMemory(width, height / plots.Count);

            // A plot clears the whole canvas unless told otherwise, and with it the plots above.
            plots[i].RenderManager.ClearCanvasBeforeEachRender = false;
            plots[i].Render(canvas, new PixelRect(0, width, height * (i + 1f) / plots.Count, height * (float)i / plots.Count));
        }
    }
}
