using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Adam or AdamW over the parameters of a network; 16-bit parameters keep their moments in float.</summary>
/// <typeparam name="T">The element type of the parameters.</typeparam>
public sealed class Adam<T> : IDisposable, ICheckpointed where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly IReadOnlyList<Parameter<T>> _parameters;
    private readonly List<(IDisposable First, IDisposable Second)> _moments = [];

    /// <summary>Makes the optimizer with moments of zero.</summary>
    /// <param name="parameters">The trained tensors.</param>
    /// <param name="options">The settings; null takes the defaults.</param>
    public Adam(IReadOnlyList<Parameter<T>> parameters, AdamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = parameters;
        Options = options ?? new AdamOptions();
        foreach (var value in parameters.Select(parameter => parameter.Value))
        {
            _moments.Add((StateTensor<T>.Zeros(value), StateTensor<T>.Zeros(value)));
        }
    }

    /// <summary>The settings; may be changed between steps, for a learning-rate schedule.</summary>
    public AdamOptions Options { get; set; }

    /// <summary>How many steps were made.</summary>
    public long StepCount { get; private set; }

    /// <summary>Changes every parameter by its gradient.</summary>
    public void Step()
    {
        StepCount++;
        for (var i = 0; i < _parameters.Count; i++)
        {
            var (value, gradient) = (_parameters[i].Value, _parameters[i].Gradient);
            if (_moments[i].First is DeviceTensor<double> first)
            {
                value.AdamStep(gradient, first, (DeviceTensor<double>)_moments[i].Second, StepCount, Options);
            }
            else
            {
                value.AdamStep(gradient, (DeviceTensor<float>)_moments[i].First, (DeviceTensor<float>)_moments[i].Second, StepCount, Options);
            }
        }
    }

    /// <summary>Names both moments of every parameter, the step count and the learning rate, which a schedule may have changed.</summary>
    public void Describe(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        for (var i = 0; i < _parameters.Count; i++)
        {
            StateTensor<T>.Describe(state, $"adam.{_parameters[i].Name}.first", _moments[i].First);
            StateTensor<T>.Describe(state, $"adam.{_parameters[i].Name}.second", _moments[i].Second);
        }

        state.AddNumber("adam.steps", () => StepCount, count => StepCount = count);
        state.AddNumber("adam.learning_rate", () => Options.LearningRate, rate => Options = Options with { LearningRate = rate });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (first, second) in _moments)
        {
            first.Dispose();
            second.Dispose();
        }
    }
}
