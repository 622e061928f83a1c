namespace CudaKernels.Networks;

/// <summary>A learning rate that stays as it is; behind a warm-up, or in a chain of schedules.</summary>
/// <param name="Rate">The rate.</param>
public readonly record struct ConstantSchedule(double Rate) : ILearningRateSchedule
{
    /// <inheritdoc/>
    public double At(long step) => Rate;
}
