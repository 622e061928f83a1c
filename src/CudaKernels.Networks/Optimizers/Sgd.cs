using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Stochastic gradient descent over the parameters of a network, with momentum where the settings have it; 16-bit parameters keep their velocity in float.</summary>
/// <typeparam name="T">The element type of the parameters.</typeparam>
public sealed class Sgd<T> : IDisposable, ICheckpointed where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly IReadOnlyList<Parameter<T>> _parameters;
    private readonly List<IDisposable> _velocities = [];

    /// <summary>Makes the optimizer; velocities of zero are made by the first step or checkpoint that has momentum.</summary>
    /// <param name="parameters">The trained tensors.</param>
    /// <param name="options">The settings; null takes the defaults.</param>
    public Sgd(IReadOnlyList<Parameter<T>> parameters, SgdOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = parameters;
        Options = options ?? new SgdOptions();
    }

    /// <summary>The settings; may be changed between steps, for a learning-rate schedule.</summary>
    public SgdOptions Options { get; set; }

    /// <summary>How many steps were made.</summary>
    public long StepCount { get; private set; }

    /// <summary>Changes every parameter by its gradient.</summary>
    public void Step()
    {
        StepCount++;
        for (var i = 0; i < _parameters.Count; i++)
        {
            var (value, gradient) = (_parameters[i].Value, _parameters[i].Gradient);
            if (Options.Momentum == 0)
            {
                value.SgdStep(gradient, Options);
                continue;
            }

            if (Velocity(i) is DeviceTensor<double> velocity)
            {
                value.SgdStep(gradient, velocity, Options);
            }
            else
            {
                value.SgdStep(gradient, (DeviceTensor<float>)Velocity(i), Options);
            }
        }
    }

    /// <summary>Names the velocity of every parameter where there is momentum, the step count and the learning rate, which a schedule may have changed.</summary>
    public void Describe(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        for (var i = 0; i < _parameters.Count && (Options.Momentum != 0 || _velocities.Count > 0); i++)
        {
            StateTensor<T>.Describe(state, $"sgd.{_parameters[i].Name}.velocity", Velocity(i));
        }

        state.AddNumber("sgd.steps", () => StepCount, count => StepCount = count);
        state.AddNumber("sgd.learning_rate", () => Options.LearningRate, rate => Options = Options with { LearningRate = rate });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var velocity in _velocities)
        {
            velocity.Dispose();
        }
    }

    // Made in the order of the parameters, zeros at first.
    private IDisposable Velocity(int i)
    {
        if (_velocities.Count == i)
        {
            _velocities.Add(StateTensor<T>.Zeros(_parameters[i].Value));
        }

        return _velocities[i];
    }
}
