namespace CudaKernels.Networks;

/// <summary>A learning rate that falls from its peak to 0 along half a cosine (Loshchilov and Hutter 2017, without restarts).</summary>
/// <param name="Peak">The rate at the first step.</param>
/// <param name="Steps">The steps of the whole training.</param>
public readonly record struct CosineSchedule(double Peak, long Steps) : ILearningRateSchedule
{
    /// <summary>The rate of a step: peak·(1 + cos(π·step / steps)) / 2; beyond the last step it stays 0.</summary>
    /// <param name="step">The number of the step, from 0.</param>
    public double At(long step) => 0.5 * Peak * (1 + Math.Cos(Math.PI * Math.Min((double)step / Math.Max(Steps, 1), 1)));
}
