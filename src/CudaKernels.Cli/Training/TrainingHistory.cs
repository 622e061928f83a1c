using CudaKernels.Cli.Output;
using CudaKernels.Networks;

namespace CudaKernels.Cli.Training;

/// <summary>The figures of one time through the data.</summary>
/// <param name="Number">From 1.</param>
/// <param name="TrainLoss">The mean loss of its steps.</param>
/// <param name="ValidationLoss">The loss on the held-out images after it.</param>
/// <param name="Accuracy">The accuracy on the held-out images after it.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record EpochResult(int Number, double TrainLoss, double ValidationLoss, double Accuracy, double Seconds);

/// <summary>The figures of a training as it goes on.</summary>
internal sealed class TrainingHistory : ICheckpointed
{
    private int _epochStart;
    private double _elapsed;

    public List<TrainingStep> Steps { get; } = [];

    public List<EpochResult> Epochs { get; } = [];

    /// <summary>Makes the steps of the next epoch, with a progress bar and the learning rate of a schedule, up to the number of steps that was asked for.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="count">The steps of an epoch.</param>
    /// <param name="steps">The steps, made as they are read.</param>
    /// <param name="setRate">Sets the learning rate of the step after.</param>
    /// <param name="schedule">The rates.</param>
    public void RunEpoch(TrainingOptions options, int count, IEnumerable<TrainingStep> steps, Action<double> setRate, ILearningRateSchedule schedule)
    {
        var name = $"epoch {Epochs.Count + 1}";
        Report.WithProgress(options.Json, name, count, tick =>
        {
            foreach (var step in steps)
            {
                Steps.Add(step);
                setRate(schedule.At(step.Step));
                tick($"{name}, loss {step.Loss:F3}");
                if (Steps.Count >= options.Steps)
                {
                    break;
                }
            }
        });
    }

    /// <summary>Names the losses and the figures; the times stand apart, for they alone differ between two runs of the same training.</summary>
    public void Describe(CheckpointState state)
    {
        state.AddNumbers<double>("history.losses", () => [.. Steps.Select(step => step.Loss)], RestoreSteps);
        state.AddNumbers<double>("history.figures", () => [.. Epochs.SelectMany(epoch => new[] { epoch.TrainLoss, epoch.ValidationLoss, epoch.Accuracy })], RestoreEpochs);
        state.AddNumbers<double>("history.seconds", () => [.. Epochs.Select(epoch => epoch.Seconds)], RestoreSeconds);
    }

    /// <summary>Closes an epoch.</summary>
    /// <param name="held">The evaluation on the held-out images.</param>
    /// <param name="elapsed">Seconds since the training began.</param>
    public void EndEpoch(Evaluation held, double elapsed)
    {
        var loss = Steps.Skip(_epochStart).Select(step => step.Loss).DefaultIfEmpty(double.NaN).Average();
        Epochs.Add(new EpochResult(Epochs.Count + 1, loss, held.Loss, held.Accuracy, elapsed - _elapsed));
        (_epochStart, _elapsed) = (Steps.Count, elapsed);
    }

    private void RestoreSteps(double[] losses)
    {
        Steps.Clear();
        Steps.AddRange(losses.Select((loss, i) => new TrainingStep(i + 1, loss)));
        _epochStart = Steps.Count;
    }

    private void RestoreEpochs(double[] figures)
    {
        Epochs.Clear();
        Epochs.AddRange(figures.Chunk(3).Select((epoch, i) => new EpochResult(i + 1, epoch[0], epoch[1], epoch[2], 0)));
    }

    private void RestoreSeconds(double[] seconds)
    {
        for (var i = 0; i < Epochs.Count; i++)
        {
            Epochs[i] = Epochs[i] with { Seconds = seconds[i] };
        }
    }
}
