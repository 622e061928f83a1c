using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>What an optimizer keeps of each parameter, and the table by which one launch steps all of them.</summary>
/// <typeparam name="T">The element type of the parameters.</typeparam>
internal abstract class OptimizerState<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Makes the state: master weights, where they are wanted and the parameters are rounded, and none else yet.</summary>
    public static OptimizerState<T> Create(IReadOnlyList<Parameter<T>> parameters, bool masterWeights)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return typeof(T) == typeof(double)
            ? new OptimizerState<T, double>(parameters, masterWeights: false)
            : new OptimizerState<T, float>(parameters, masterWeights && typeof(T) != typeof(float));
    }

    /// <summary>Makes the states that are missing, zeros.</summary>
    public abstract void Require(int count);

    /// <summary>Names the master weights and the states for a checkpoint.</summary>
    /// <param name="state">Takes them.</param>
    /// <param name="optimizer">What their names begin with.</param>
    /// <param name="names">What the names of the first and the second state end with.</param>
    public abstract void Describe(CheckpointState state, string optimizer, params ReadOnlySpan<string> names);

    public abstract void AdamStep(long step, AdamOptions options, double gradientScale);

    public abstract void SgdStep(SgdOptions options, double gradientScale);

    public abstract void RmsPropStep(RmsPropOptions options, double gradientScale);

    public abstract void Dispose();
}

/// <summary>The state in the type that the steps compute in.</summary>
/// <typeparam name="T">The element type of the parameters.</typeparam>
/// <typeparam name="TState">float, or double for double parameters.</typeparam>
internal sealed class OptimizerState<T, TState> : OptimizerState<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TState : unmanaged, IFloatingPointIeee754<TState>
{
    private readonly IReadOnlyList<Parameter<T>> _parameters;
    private readonly DeviceTensor<TState>[]? _masters;

    // One list a state, a tensor a parameter.
    private readonly List<DeviceTensor<TState>[]> _states = [];
    private OptimizerTable<T, TState>? _table;

    public OptimizerState(IReadOnlyList<Parameter<T>> parameters, bool masterWeights)
    {
        _parameters = parameters;
        _masters = masterWeights ? [.. parameters.Select(parameter => Lasting.Keep(parameter.Value.Cast<TState>()))] : null;
    }

    public override void Require(int count)
    {
        while (_states.Count < count)
        {
            _states.Add([.. _parameters.Select(parameter => Lasting.Keep(parameter.Value.Device.CreateZeros<TState>(parameter.Value.Lengths, parameter.Value.Stream)))]);
            _table?.Dispose();
            _table = null;
        }
    }

    public override void Describe(CheckpointState state, string optimizer, params ReadOnlySpan<string> names)
    {
        for (var i = 0; i < _parameters.Count; i++)
        {
            for (var j = 0; j < _states.Count; j++)
            {
                state.AddTensor($"{optimizer}.{_parameters[i].Name}.{names[j]}", _states[j][i]);
            }

            if (_masters is not null)
            {
                state.AddTensor($"{optimizer}.{_parameters[i].Name}.master", _masters[i]);
            }
        }
    }

    public override void AdamStep(long step, AdamOptions options, double gradientScale) => Table()?.AdamStep(step, options, gradientScale);

    public override void SgdStep(SgdOptions options, double gradientScale) => Table()?.SgdStep(options, gradientScale);

    public override void RmsPropStep(RmsPropOptions options, double gradientScale) => Table()?.RmsPropStep(options, gradientScale);

    public override void Dispose()
    {
        _table?.Dispose();
        foreach (var tensor in _states.SelectMany(tensors => tensors).Concat(_masters ?? []))
        {
            tensor.Dispose();
        }
    }

    // Made by the first step; null where there is no parameter.
    private OptimizerTable<T, TState>? Table()
    {
        if (_table is null && _parameters.Count > 0)
        {
            _table = new OptimizerTable<T, TState>([.. _parameters.Select((parameter, i) => new OptimizerTensors<T, TState>(parameter.Value, parameter.Gradient)
            {
                First = _states.ElementAtOrDefault(0)?[i],
                Second = _states.ElementAtOrDefault(1)?[i],
                Master = _masters?[i],
            })]);
        }

        return _table;
    }
}
