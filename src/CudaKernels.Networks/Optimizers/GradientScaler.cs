using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>
/// Dynamic loss scaling (Micikevicius et al. 2018): the loss is multiplied by a scale, so that small gradients are no zeros in <see cref="Half"/>, and the
/// optimizer's step divides by it, in float. Where a gradient has overflowed the step is left out and the scale shrinks; after many steps without
/// overflow it grows.
/// </summary>
/// <remarks>One launch looks at all gradients, and the host reads one flag a step. Gradients are divided as the step reads them: no copy of them is made.</remarks>
/// <example>
/// <code>
/// using var optimizer = new Adam&lt;Half&gt;(network.Parameters);
/// using var scaler = new GradientScaler&lt;Half&gt;(network.Parameters);
/// var (value, gradient) = loss.Evaluate(network.Forward(x), labels, scaler.Scale);
/// network.Backward(gradient);
/// scaler.Step(optimizer);
/// </code>
/// </example>
/// <typeparam name="T">The element type of the parameters.</typeparam>
public sealed class GradientScaler<T> : IDisposable, ICheckpointed where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly TensorTable<T> _gradients;
    private readonly DeviceTensor<int> _overflow;
    private readonly string _name;
    private long _goodSteps;

    /// <param name="parameters">The parameters whose gradients are looked at, at least one.</param>
    /// <param name="options">The settings; null takes the defaults.</param>
    /// <param name="name">What its numbers' names begin with in a checkpoint.</param>
    /// <exception cref="ArgumentException">There is no parameter.</exception>
    public GradientScaler(IReadOnlyList<Parameter<T>> parameters, LossScaleOptions? options = null, string name = "scaler")
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Count == 0)
        {
            throw new ArgumentException("there is no parameter whose gradient could be scaled", nameof(parameters));
        }

        Options = options ?? new LossScaleOptions();
        Scale = Options.InitialScale;
        _name = name;
        _gradients = new TensorTable<T>([.. parameters.Select(parameter => parameter.Gradient)]);
        _overflow = Lasting.Keep(_gradients.Device.CreateZeros<int>([]));
    }

    /// <summary>The settings.</summary>
    public LossScaleOptions Options { get; }

    /// <summary>What the next loss is to be multiplied by.</summary>
    public double Scale { get; private set; }

    /// <summary>How many steps were left out.</summary>
    public long SkippedSteps { get; private set; }

    /// <summary>Makes an optimizer's step with the gradients divided by <see cref="Scale"/>, or none where one of them is infinite or NaN; then the scale follows. Waits for the gradients.</summary>
    /// <param name="optimizer">The optimizer of the parameters.</param>
    /// <param name="clipper">Bounds the norm that the gradients have without the scale; null bounds nothing.</param>
    /// <returns>Whether the step was made.</returns>
    public bool Step(Optimizer<T> optimizer, GradientClipper<T>? clipper = null)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        _gradients.FindNonFinite(_overflow);
        if (_overflow.ToScalar() != 0)
        {
            _overflow.Fill(0);
            Scale = Math.Max(Scale * Options.BackoffFactor, Options.MinimumScale);
            SkippedSteps++;
            _goodSteps = 0;
            return false;
        }

        clipper?.Clip(1 / Scale);
        optimizer.Step(1 / Scale);
        if (++_goodSteps == Options.GrowthInterval)
        {
            Scale *= Options.GrowthFactor;
            _goodSteps = 0;
        }

        return true;
    }

    /// <summary>Names the scale, the steps since it last changed and those that were left out.</summary>
    public void Describe(CheckpointState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.AddNumber($"{_name}.scale", () => Scale, scale => Scale = scale);
        state.AddNumber($"{_name}.good_steps", () => _goodSteps, count => _goodSteps = count);
        state.AddNumber($"{_name}.skipped_steps", () => SkippedSteps, count => SkippedSteps = count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gradients.Dispose();
        _overflow.Dispose();
    }
}
