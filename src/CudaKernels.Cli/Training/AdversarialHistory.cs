using CudaKernels.Networks;

namespace CudaKernels.Cli.Training;

/// <summary>The mean figures of one time through the data.</summary>
/// <param name="Number">From 1.</param>
/// <param name="GeneratorLoss">Of its steps.</param>
/// <param name="DiscriminatorLoss">Of its steps.</param>
/// <param name="DiscriminatorAccuracy">Of its steps.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record AdversarialEpoch(int Number, double GeneratorLoss, double DiscriminatorLoss, double DiscriminatorAccuracy, double Seconds);

/// <summary>The figures of an adversarial training as it goes on.</summary>
internal sealed class AdversarialHistory : ICheckpointed
{
    private int _epochStart;
    private double _elapsed;

    public List<AdversarialStep> Steps { get; } = [];

    public List<AdversarialEpoch> Epochs { get; } = [];

    /// <summary>Names the figures of steps and epochs; the times stand apart, for they alone differ between two runs of the same training.</summary>
    public void Describe(CheckpointState state)
    {
        state.AddNumbers<double>("history.steps", () => [.. Steps.SelectMany(step => Figures(step.GeneratorLoss, step.DiscriminatorLoss, step.DiscriminatorAccuracy))], RestoreSteps);
        state.AddNumbers<double>("history.figures", () => [.. Epochs.SelectMany(epoch => Figures(epoch.GeneratorLoss, epoch.DiscriminatorLoss, epoch.DiscriminatorAccuracy))], RestoreEpochs);
        state.AddNumbers<double>("history.seconds", () => [.. Epochs.Select(epoch => epoch.Seconds)], RestoreSeconds);
    }

    /// <summary>Closes an epoch.</summary>
    /// <param name="elapsed">Seconds since the training began.</param>
    public AdversarialEpoch EndEpoch(double elapsed)
    {
        var steps = Steps[_epochStart..];
        var epoch = new AdversarialEpoch(
            Epochs.Count + 1, steps.Average(step => step.GeneratorLoss), steps.Average(step => step.DiscriminatorLoss), steps.Average(step => step.DiscriminatorAccuracy), elapsed - _elapsed);
        Epochs.Add(epoch);
        (_epochStart, _elapsed) = (Steps.Count, elapsed);
        return epoch;
    }

    private static double[] Figures(double generatorLoss, double discriminatorLoss, double discriminatorAccuracy) => [generatorLoss, discriminatorLoss, discriminatorAccuracy];

    private void RestoreSteps(double[] figures)
    {
        Steps.Clear();
        Steps.AddRange(figures.Chunk(3).Select((step, i) => new AdversarialStep(i + 1, step[0], step[1], step[2])));
        _epochStart = Steps.Count;
    }

    private void RestoreEpochs(double[] figures)
    {
        Epochs.Clear();
        Epochs.AddRange(figures.Chunk(3).Select((epoch, i) => new AdversarialEpoch(i + 1, epoch[0], epoch[1], epoch[2], 0)));
    }

    private void RestoreSeconds(double[] seconds)
    {
        for (var i = 0; i < Epochs.Count; i++)
        {
            Epochs[i] = Epochs[i] with { Seconds = seconds[i] };
        }
    }
}
