using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Stochastic gradient descent over the parameters of a network, all in one launch, with momentum where the settings have it; 16-bit parameters keep their velocity in float.</summary>
/// <typeparam name="T">The element type of the parameters.</typeparam>
public sealed class Sgd<T> : Optimizer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly OptimizerState<T> _state;

    /// <summary>Makes the optimizer; velocities of zero are made by the first step or checkpoint that has momentum.</summary>
    /// <param name="parameters">The trained tensors.</param>
    /// <param name="options">The settings; null takes the defaults.</param>
    /// <param name="masterWeights">Whether 16-bit parameters have a float copy, which the steps change and the parameter is rounded from: small steps then add up. Other types need none.</param>
    public Sgd(IReadOnlyList<Parameter<T>> parameters, SgdOptions? options = null, bool masterWeights = true)
    {
        _state = OptimizerState<T>.Create(parameters, masterWeights);
        Options = options ?? new SgdOptions();
    }

    /// <summary>The settings; may be changed between steps, for a learning-rate schedule.</summary>
    public SgdOptions Options { get; set; }

    /// <summary>Names the velocity of every parameter where there is momentum, and its master weights, the step count and the learning rate, which a schedule may have changed.</summary>
    public override void Describe(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        RequireVelocity();
        _state.Describe(state, "sgd", "velocity");
        DescribeStepCount(state, "sgd.steps");
        state.AddNumber("sgd.learning_rate", () => Options.LearningRate, rate => Options = Options with { LearningRate = rate });
    }

    /// <inheritdoc/>
    protected override void Update(double gradientScale)
    {
        RequireVelocity();
        _state.SgdStep(Options, gradientScale);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _state.Dispose();

    private void RequireVelocity() => _state.Require(Options.Momentum == 0 ? 0 : 1);
}
