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
internal sealed class AdversarialHistory
{
    private int _epochStart;
    private double _elapsed;

    public List<AdversarialStep> Steps { get; } = [];

    public List<AdversarialEpoch> Epochs { get; } = [];

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
}
