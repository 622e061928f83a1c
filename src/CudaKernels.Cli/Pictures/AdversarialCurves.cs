using CudaKernels.Networks;
using ScottPlot;

namespace CudaKernels.Cli.Pictures;

/// <summary>The course of an adversarial training as a picture: both losses of every step above, the discriminator's accuracy of every epoch below.</summary>
internal static class AdversarialCurves
{
    private const int Width = 900;
    private const int Height = 720;

    /// <summary>Draws the curves.</summary>
    /// <param name="path">A file ending in <c>.svg</c> or <c>.png</c>, which is replaced.</param>
    /// <param name="steps">The steps, in order.</param>
    /// <param name="accuracies">The discriminator's mean accuracy in each epoch, 0 to 1.</param>
    /// <exception cref="ArgumentException">The name ends otherwise.</exception>
    public static void Save(string path, IReadOnlyList<AdversarialStep> steps, IReadOnlyList<double> accuracies)
    {
        EmbeddedFont.UseInPlots();
        using var losses = TrainingCurves.NewPlot("Losses", "step", "binary cross entropy (nats)");
        Add(losses, "generator", [.. steps.Select(step => step.GeneratorLoss)], Colors.C0);
        Add(losses, "discriminator", [.. steps.Select(step => step.DiscriminatorLoss)], Colors.C1);
        losses.ShowLegend(Alignment.UpperRight);
        using var accuracy = TrainingCurves.NewPlot("Discriminator", "epoch", "right answers (%)");
        Add(accuracy, "real and generated images", [.. accuracies.Select(share => 100 * share)], Colors.C1, markerSize: 7);
        accuracy.ShowLegend(Alignment.LowerRight);
        PlotFile.Save(path, [losses, accuracy], Width, Height);
    }

    // A figure that is no number has no place on an axis; the curve is cut there.
    private static void Add(Plot plot, string name, double[] figures, Color color, float markerSize = 0)
    {
        var known = Enumerable.Range(0, figures.Length).Where(i => double.IsFinite(figures[i])).ToArray();
        if (known.Length > 0)
        {
            var curve = plot.Add.Scatter(Array.ConvertAll(known, i => i + 1.0), Array.ConvertAll(known, i => figures[i]), color);
            (curve.LegendText, curve.LineWidth, curve.MarkerSize) = (name, markerSize > 0 ? 2 : 1, markerSize);
        }
    }
}
