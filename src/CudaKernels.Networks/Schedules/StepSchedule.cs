namespace CudaKernels.Networks;

/// <summary>A learning rate that is multiplied by a factor after every so many steps: peak·factor^⌊step / every⌋.</summary>
/// <param name="Peak">The rate at the first step.</param>
/// <param name="Every">The steps between two changes, from 1; 1 makes it fall exponentially.</param>
/// <param name="Factor">The factor, usually below 1.</param>
public readonly record struct StepSchedule(double Peak, long Every, double Factor) : ILearningRateSchedule
{
    /// <summary>The steps between two changes, from 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long Every { get; init; } = Every >= 1 ? Every : throw new ArgumentOutOfRangeException(nameof(Every), Every, "a rate changes after one step or more");

    /// <inheritdoc/>
    public double At(long step) => Peak * Math.Pow(Factor, step / Every);
}
