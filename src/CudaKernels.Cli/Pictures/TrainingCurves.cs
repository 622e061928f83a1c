using ScottPlot;
using ScottPlot.TickGenerators;

namespace CudaKernels.Cli.Pictures;

/// <summary>The course of a training as a picture: the loss of every step above, the accuracy of every epoch below.</summary>
internal static class TrainingCurves
{
    private const int Width = 900;
    private const int Height = 720;

    // The same in both plots, so that their frames stand exactly below each other.
    private const int LeftSize = 66;

    /// <summary>Draws the curves.</summary>
    /// <param name="path">A file ending in <c>.svg</c> or <c>.png</c>, which is replaced.</param>
    /// <param name="losses">The loss of each step, in order.</param>
    /// <param name="epochs">The figures after each epoch; epochs divide the steps evenly. Where no accuracy is a number, only the losses are drawn.</param>
    /// <exception cref="ArgumentException">The name ends otherwise, or there is nothing to draw.</exception>
    public static void Save(string path, IReadOnlyList<double> losses, IReadOnlyList<EpochFigures> epochs)
    {
        if (losses.Count == 0 && epochs.Count == 0)
        {
            throw new ArgumentException("there is neither a step nor an epoch to draw", nameof(losses));
        }

        EmbeddedFont.UseInPlots();
        var stepsPerEpoch = epochs.Count == 0 ? 1 : Math.Max(1.0, (double)losses.Count / epochs.Count);
        using var loss = LossPlot(losses, epochs, stepsPerEpoch);
        using var accuracy = AccuracyPlot(epochs);
        var hasAccuracy = epochs.Any(figures => double.IsFinite(figures.TrainAccuracy) || double.IsFinite(figures.ValidationAccuracy));
        PlotFile.Save(path, hasAccuracy ? [loss, accuracy] : [loss], Width, hasAccuracy ? Height : Height / 2);
    }

    private static Plot LossPlot(IReadOnlyList<double> losses, IReadOnlyList<EpochFigures> epochs, double stepsPerEpoch)
    {
        var plot = NewPlot("Loss", "step", "cross entropy (nats)");

        // A training that went wrong has losses that no axis can show; the curve is cut there and the rest drawn.
        var steps = Enumerable.Range(0, losses.Count).Where(i => double.IsFinite(losses[i])).ToArray();
        if (steps.Length > 0)
        {
            var batch = plot.Add.ScatterLine(Array.ConvertAll(steps, i => i + 1.0), Array.ConvertAll(steps, i => losses[i]), Colors.Gray.WithAlpha(.6));
            batch.LegendText = "each batch";
            batch.LineWidth = 1;
        }

        AddEpochs(plot, epochs, stepsPerEpoch, "training data", figures => figures.TrainLoss, Colors.C0);
        AddEpochs(plot, epochs, stepsPerEpoch, "validation data", figures => figures.ValidationLoss, Colors.C1);
        plot.ShowLegend(Alignment.UpperRight);
        return plot;
    }

    private static Plot AccuracyPlot(IReadOnlyList<EpochFigures> epochs)
    {
        var plot = NewPlot("Accuracy", "epoch", "right answers (%)");
        AddEpochs(plot, epochs, 1, "training data", figures => 100 * figures.TrainAccuracy, Colors.C0);
        AddEpochs(plot, epochs, 1, "validation data", figures => 100 * figures.ValidationAccuracy, Colors.C1);
        plot.ShowLegend(Alignment.LowerRight);
        return plot;
    }

    /// <summary>A plot whose frame stands exactly above or below another's.</summary>
    internal static Plot NewPlot(string title, string across, string up)
    {
        var plot = new Plot();
        plot.Title(title);
        plot.XLabel(across);
        plot.YLabel(up);
        plot.Axes.Left.MinimumSize = LeftSize;
        plot.Axes.Left.MaximumSize = LeftSize;
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true };
        return plot;
    }

    private static void AddEpochs(Plot plot, IReadOnlyList<EpochFigures> epochs, double unit, string name, Func<EpochFigures, double> figure, Color color)
    {
        var known = Enumerable.Range(0, epochs.Count).Where(i => double.IsFinite(figure(epochs[i]))).ToArray();
        if (known.Length > 0)
        {
            var curve = plot.Add.Scatter(Array.ConvertAll(known, i => (i + 1) * unit), Array.ConvertAll(known, i => figure(epochs[i])), color);
            curve.LegendText = name;
            curve.LineWidth = 2;
            curve.MarkerSize = 7;
        }
    }
}
