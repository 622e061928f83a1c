using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Changes the trained tensors of a network by their gradients.</summary>
/// <typeparam name="T">The element type of the parameters.</typeparam>
public abstract class Optimizer<T> : IDisposable, ICheckpointed where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many steps were made.</summary>
    public long StepCount { get; private set; }

    /// <summary>Changes every parameter by its gradient.</summary>
    /// <param name="gradientScale">Multiplies the gradients before anything else: 1 / s where the loss was scaled by s.</param>
    public void Step(double gradientScale = 1)
    {
        StepCount++;
        Update(gradientScale);
    }

    /// <inheritdoc/>
    public abstract void Describe(CheckpointState state);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes the step, whose number is <see cref="StepCount"/>.</summary>
    /// <param name="gradientScale">Multiplies the gradients before anything else.</param>
    protected abstract void Update(double gradientScale);

    /// <summary>Names the step count, for <see cref="Describe"/>.</summary>
    /// <param name="state">Takes it.</param>
    /// <param name="name">Its name.</param>
    protected void DescribeStepCount(CheckpointState state, string name)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.AddNumber(name, () => StepCount, count => StepCount = count);
    }

    /// <summary>Disposes the state.</summary>
    protected abstract void Dispose(bool disposing);
}
