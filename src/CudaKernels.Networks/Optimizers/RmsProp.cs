using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>RMSprop over the parameters of a network, all in one launch, with momentum where the settings have it; 16-bit parameters keep their state in float.</summary>
/// <typeparam name="T">The element type of the parameters.</typeparam>
public sealed class RmsProp<T> : Optimizer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly OptimizerState<T> _state;

    /// <summary>Makes the optimizer with means of squares of zero; velocities of zero are made by the first step or checkpoint that has momentum.</summary>
    /// <param name="parameters">The trained tensors.</param>
    /// <param name="options">The settings; null takes the defaults.</param>
    /// <param name="masterWeights">Whether 16-bit parameters have a float copy, which the steps change and the parameter is rounded from: small steps then add up. Other types need none.</param>
    public RmsProp(IReadOnlyList<Parameter<T>> parameters, RmsPropOptions? options = null, bool masterWeights = true)
    {
        _state = OptimizerState<T>.Create(parameters, masterWeights);
        Options = options ?? new RmsPropOptions();
        RequireStates();
    }

    /// <summary>The settings; may be changed between steps, for a learning-rate schedule.</summary>
    public RmsPropOptions Options { get; set; }

    /// <summary>Names the state of every parameter and its master weights, the step count and the learning rate, which a schedule may have changed.</summary>
    public override void Describe(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        RequireStates();
        _state.Describe(state, "rmsprop", "mean_square", "velocity");
        DescribeStepCount(state, "rmsprop.steps");
        state.AddNumber("rmsprop.learning_rate", () => Options.LearningRate, rate => Options = Options with { LearningRate = rate });
    }

    /// <inheritdoc/>
    protected override void Update(double gradientScale)
    {
        RequireStates();
        _state.RmsPropStep(Options, gradientScale);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _state.Dispose();

    private void RequireStates() => _state.Require(Options.Momentum == 0 ? 1 : 2);
}
