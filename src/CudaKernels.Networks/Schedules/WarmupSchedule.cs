namespace CudaKernels.Networks;

/// <summary>A learning rate that rises along a line to that of another schedule, which begins where the rise ends.</summary>
/// <param name="Steps">The steps of the rise; the rate of step i among them is (i + 1) / (steps + 1) of the other's first.</param>
/// <param name="Then">The schedule after them; its step 0 is the first behind the rise.</param>
public sealed record WarmupSchedule(long Steps, ILearningRateSchedule Then) : ILearningRateSchedule
{
    /// <summary>The steps of the rise.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Steps { get; init; } = Steps >= 0 ? Steps : throw new ArgumentOutOfRangeException(nameof(Steps), Steps, "a rise has no step or more");

    /// <summary>The schedule after them.</summary>
    /// <exception cref="ArgumentNullException">There is none.</exception>
    public ILearningRateSchedule Then { get; init; } = Then ?? throw new ArgumentNullException(nameof(Then));

    /// <inheritdoc/>
    public double At(long step) => step < Steps ? Then.At(0) * (step + 1) / (Steps + 1) : Then.At(step - Steps);
}
