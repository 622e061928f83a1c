using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Adam or AdamW over the parameters of a network, all in one launch; 16-bit parameters keep their moments in float.</summary>
/// <typeparam name="T">The element type of the parameters.</typeparam>
public sealed class Adam<T> : Optimizer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly OptimizerState<T> _state;

    /// <summary>Makes the optimizer with moments of zero.</summary>
    /// <param name="parameters">The trained tensors.</param>
    /// <param name="options">The settings; null takes the defaults.</param>
    /// <param name="masterWeights">Whether 16-bit parameters have a float copy, which the steps change and the parameter is rounded from: small steps then add up. Other types need none.</param>
    public Adam(IReadOnlyList<Parameter<T>> parameters, AdamOptions? options = null, bool masterWeights = true)
    {
        _state = OptimizerState<T>.Create(parameters, masterWeights);
        _state.Require(2);
        Options = options ?? new AdamOptions();
    }

    /// <summary>The settings; may be changed between steps, for a learning-rate schedule.</summary>
    public AdamOptions Options { get; set; }

    /// <summary>Names both moments of every parameter and its master weights, the step count and the learning rate, which a schedule may have changed.</summary>
    public override void Describe(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        _state.Describe(state, "adam", "first", "second");
        DescribeStepCount(state, "adam.steps");
        state.AddNumber("adam.learning_rate", () => Options.LearningRate, rate => Options = Options with { LearningRate = rate });
    }

    /// <inheritdoc/>
    protected override void Update(double gradientScale) => _state.AdamStep(StepCount, Options, gradientScale);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _state.Dispose();
}
