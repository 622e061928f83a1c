namespace CudaKernels.Networks;

/// <summary>A learning rate that changes from step to step.</summary>
public interface ILearningRateSchedule
{
    /// <summary>The rate of a step.</summary>
    /// <param name="step">The number of the step, from 0.</param>
    double At(long step);
}
