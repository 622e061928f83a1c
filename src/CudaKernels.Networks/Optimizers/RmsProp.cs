using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>RMSprop over the parameters of a network, with momentum where the settings have it; 16-bit parameters keep their state in float.</summary>
/// <typeparam name="T">The element type of the parameters.</typeparam>
public sealed class RmsProp<T> : IDisposable, ICheckpointed where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly IReadOnlyList<Parameter<T>> _parameters;
    private readonly List<IDisposable> _meanSquares = [];
    private readonly List<IDisposable> _velocities = [];

    /// <summary>Makes the optimizer with means of squares of zero; velocities of zero are made by the first step or checkpoint that has momentum.</summary>
    /// <param name="parameters">The trained tensors.</param>
    /// <param name="options">The settings; null takes the defaults.</param>
    public RmsProp(IReadOnlyList<Parameter<T>> parameters, RmsPropOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = parameters;
        Options = options ?? new RmsPropOptions();
        _meanSquares.AddRange(parameters.Select(parameter => StateTensor<T>.Zeros(parameter.Value)));
    }

    /// <summary>The settings; may be changed between steps, for a learning-rate schedule.</summary>
    public RmsPropOptions Options { get; set; }

    /// <summary>How many steps were made.</summary>
    public long StepCount { get; private set; }

    /// <summary>Changes every parameter by its gradient.</summary>
    public void Step()
    {
        StepCount++;
        for (var i = 0; i < _parameters.Count; i++)
        {
            if (_meanSquares[i] is DeviceTensor<double> meanSquare)
            {
                Step(i, meanSquare);
            }
            else
            {
                Step(i, (DeviceTensor<float>)_meanSquares[i]);
            }
        }
    }

    /// <summary>Names the state of every parameter, the step count and the learning rate, which a schedule may have changed.</summary>
    public void Describe(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        for (var i = 0; i < _parameters.Count; i++)
        {
            StateTensor<T>.Describe(state, $"rmsprop.{_parameters[i].Name}.mean_square", _meanSquares[i]);
            if (Options.Momentum != 0 || _velocities.Count > 0)
            {
                StateTensor<T>.Describe(state, $"rmsprop.{_parameters[i].Name}.velocity", Velocity(i));
            }
        }

        state.AddNumber("rmsprop.steps", () => StepCount, count => StepCount = count);
        state.AddNumber("rmsprop.learning_rate", () => Options.LearningRate, rate => Options = Options with { LearningRate = rate });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _meanSquares.Concat(_velocities))
        {
            tensor.Dispose();
        }
    }

    private void Step<TState>(int i, DeviceTensor<TState> meanSquare) where TState : unmanaged, IFloatingPointIeee754<TState>
    {
        var (value, gradient) = (_parameters[i].Value, _parameters[i].Gradient);
        if (Options.Momentum == 0)
        {
            value.RmsPropStep(gradient, meanSquare, Options);
        }
        else
        {
            value.RmsPropStep(gradient, meanSquare, (DeviceTensor<TState>)Velocity(i), Options);
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
