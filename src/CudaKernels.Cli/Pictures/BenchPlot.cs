using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace CudaKernels.Cli.Pictures;

/// <summary>Measured throughput as horizontal bars.</summary>
internal static class BenchPlot
{
    private const int Width = 900;
    private const int RowHeight = 24;
    private const int FrameHeight = 110;

    /// <summary>Draws one bar per row, the first at the top.</summary>
    /// <param name="path">A file ending in <c>.svg</c> or <c>.png</c>, which is replaced.</param>
    /// <param name="rows">What was measured, and how many 10^9 bytes per second it moved.</param>
    /// <param name="title">The line above the bars: device and date, say.</param>
    /// <exception cref="ArgumentException">The name ends otherwise, there are no rows, or a figure is negative, infinite or NaN.</exception>
    public static void Save(string path, IReadOnlyList<(string Label, double GigabytesPerSecond)> rows, string title = "Throughput")
    {
        if (rows.Count == 0)
        {
            throw new ArgumentException("there is no row to draw", nameof(rows));
        }

        foreach (var (label, figure) in rows)
        {
            if (!double.IsFinite(figure) || figure < 0)
            {
                throw new ArgumentException($"{label}: {figure} GB/s is no throughput", nameof(rows));
            }
        }

        EmbeddedFont.UseInPlots();
        using var plot = new Plot();
        plot.Title(title);
        plot.XLabel("GB/s (10^9 bytes per second)");
        var bars = plot.Add.Bars(rows.Select((row, i) => new Bar
        {
            Position = rows.Count - i,
            Value = row.GigabytesPerSecond,
            Size = .7,
            FillColor = Colors.C0,
            LineWidth = 0,
            ValueLabel = row.GigabytesPerSecond.ToString("0.0", CultureInfo.InvariantCulture),
        }).ToArray());
        bars.Horizontal = true;
        plot.Axes.Left.TickGenerator = new NumericManual(
            [.. rows.Select((_, i) => (double)(rows.Count - i))],
            [.. rows.Select(row => row.Label)]);
        plot.Axes.Left.MajorTickStyle.Length = 0;

        // Room for the figure that stands right of the longest bar; an axis needs some length even when all bars have none.
        var longest = rows.Max(row => row.GigabytesPerSecond);
        plot.Axes.SetLimits(0, longest > 0 ? longest * 1.12 : 1, .3, rows.Count + .7);
        plot.HideGrid();
        PlotFile.Save(path, [plot], Width, FrameHeight + (RowHeight * rows.Count));
    }
}
