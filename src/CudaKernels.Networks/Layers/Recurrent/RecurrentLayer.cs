using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>
/// A layer that walks along a sequence: [steps, batch, inputs] to [steps, batch, width], each step from its input and from the hidden
/// state of the step before. The backward pass goes back through all steps of the last forward pass and no further (truncated
/// backpropagation through time).
/// </summary>
/// <remarks>The product of the input with its weights is formed for all steps at once, and so are the weights' gradients.</remarks>
/// <typeparam name="T">The element type.</typeparam>
public abstract class RecurrentLayer<T> : Layer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly StepViews<T> _gates = new();
    private readonly StepViews<T> _gateGradients = new();
    private readonly StepViews<T> _hidden = new();
    private DeviceTensor<T>? _input;
    private DeviceTensor<T>? _output;
    private DeviceTensor<T>? _hiddenGradient;
    private DeviceTensor<T>? _earlierGradient;

    private protected RecurrentLayer(ComputeDevice device, int inputs, int width, int gates, Random random, string name)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        Width = width;
        InputWeight = new Parameter<T>($"{name}.input_weight", Uniform(device, random, width, [(nint)gates * width, inputs]));
        HiddenWeight = new Parameter<T>($"{name}.hidden_weight", Uniform(device, random, width, [(nint)gates * width, width]));
        Bias = new Parameter<T>($"{name}.bias", Uniform(device, random, width, [(nint)gates * width]));
    }

    /// <summary>The elements of the hidden state.</summary>
    public int Width { get; }

    /// <summary>The weights of the input, [gates·width, inputs].</summary>
    public Parameter<T> InputWeight { get; }

    /// <summary>The weights of the hidden state, [gates·width, width].</summary>
    public Parameter<T> HiddenWeight { get; }

    /// <summary>The bias of the gates, [gates·width].</summary>
    public Parameter<T> Bias { get; }

    /// <summary>Whether a forward pass begins with the state that the one before ended with; else, and where the batch changes, with zeros. Default: false.</summary>
    public bool KeepsState { get; set; }

    /// <summary>The rows of the last forward pass.</summary>
    internal nint Batch => _input?.Lengths[1] ?? 0;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters => [InputWeight, HiddenWeight, Bias];

    /// <summary>The gates' gradient as the hidden state's weights see it, [steps, batch, gates·width].</summary>
    private protected virtual DeviceTensor<T> HiddenGateGradients => _gateGradients.All;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input is no sequence of the layer's features.</exception>
    public override DeviceTensor<T> Forward(DeviceTensor<T> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank != 3 || input.Lengths[0] == 0 || input.Lengths[2] != InputWeight.Value.Lengths[1])
        {
            throw new ArgumentException($"a sequence [steps, batch, {InputWeight.Value.Lengths[1]}] with a step or more is needed, got [{string.Join(", ", input.Lengths.ToArray())}]", nameof(input));
        }

        var (steps, batch, gates) = (input.Lengths[0], input.Lengths[1], Bias.Value.Lengths[0]);
        var carries = KeepsState && _output is not null;
        _input = input;
        _gates.Resize(input.Device, steps, batch, gates);
        Begin(_hidden, input.Device, steps, batch, carries);
        Prepare(input.Device, steps, batch, carries);
        using var rows = input.Reshape(steps * batch, input.Lengths[2]);
        using var gateRows = _gates.All.Reshape(steps * batch, gates);
        rows.MatMul(InputWeight.Value, gateRows, transposeB: true);
        gateRows.AddBias(Bias.Value, gateRows);
        for (var step = 0; step < steps; step++)
        {
            ForwardStep(step, _gates[step], _hidden[step], _hidden[step + 1]);
        }

        _output?.Dispose();
        return _output = Lasting.Keep(_hidden.All.Slice(1..));
    }

    /// <inheritdoc/>
    public override DeviceTensor<T> Backward(DeviceTensor<T> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        var input = _input ?? throw new InvalidOperationException("a backward pass needs a forward pass before it");
        var (steps, batch, gates) = (input.Lengths[0], input.Lengths[1], Bias.Value.Lengths[0]);
        _gateGradients.Resize(input.Device, steps, batch, gates);
        var hiddenGradient = Resize(ref _hiddenGradient, input.Device, [batch, Width]);
        var earlier = Resize(ref _earlierGradient, input.Device, [batch, Width]);
        var outputs = StepViews<T>.Views(outputGradient);
        for (var step = (int)steps - 1; step >= 0; step--)
        {
            if (step == steps - 1)
            {
                outputs[step].CopyTo(hiddenGradient);
            }
            else
            {
                earlier.Add(outputs[step], hiddenGradient);
            }

            BackwardStep(step, isLast: step == steps - 1, _gates[step], _hidden[step], _hidden[step + 1], hiddenGradient, _gateGradients[step], earlier);
        }

        Array.ForEach(outputs, view => view.Dispose());
        using var rows = input.Reshape(steps * batch, input.Lengths[2]);
        using var gateRows = _gateGradients.All.Reshape(steps * batch, gates);
        using var hiddenGateRows = HiddenGateGradients.Reshape(steps * batch, gates);
        using var before = _hidden.All.Slice(..(int)steps);
        using var beforeRows = before.Reshape(steps * batch, Width);
        gateRows.MatMul(rows, InputWeight.Gradient, transposeA: true);
        gateRows.Sum([0], Bias.Gradient);
        hiddenGateRows.MatMul(beforeRows, HiddenWeight.Gradient, transposeA: true);
        var inputGradient = InputGradientBuffer(input.Device, input.Lengths);
        using var inputRows = inputGradient.Reshape(steps * batch, input.Lengths[2]);
        gateRows.MatMul(InputWeight.Value, inputRows);
        return inputGradient;
    }

    /// <summary>Forgets the state that the next forward pass would begin with.</summary>
    public void ResetState()
    {
        _output?.Dispose();
        _output = null;
    }

    /// <summary>Makes the state before the first step: slot 0 of [steps + 1, batch, width].</summary>
    private protected void Begin(StepViews<T> state, ComputeDevice device, nint steps, nint batch, bool carries)
    {
        using var last = carries && state.All.Lengths[1] == batch ? Last(state.All) : null;
        state.Resize(device, steps + 1, batch, Width);
        if (last is not null)
        {
            last.CopyTo(state[0]);
        }
        else
        {
            state[0].Fill(T.Zero);
        }

        DeviceTensor<T> Last(DeviceTensor<T> all)
        {
            using var view = all.Slice((int)(all.Lengths[0] - 1)..);
            using var matrix = view.Reshape(batch, Width);
            return matrix.Clone();
        }
    }

    /// <summary>Makes room for what the cell itself keeps.</summary>
    private protected abstract void Prepare(ComputeDevice device, nint steps, nint batch, bool carries);

    /// <summary>Computes a hidden state from the one before. The gates hold the input's part and may be changed.</summary>
    private protected abstract void ForwardStep(int step, DeviceTensor<T> gates, DeviceTensor<T> before, DeviceTensor<T> hidden);

    /// <summary>Computes the gradient of a step's gates and of the hidden state before it.</summary>
    private protected abstract void BackwardStep(
        int step, bool isLast, DeviceTensor<T> gates, DeviceTensor<T> before, DeviceTensor<T> hidden, DeviceTensor<T> hiddenGradient, DeviceTensor<T> gateGradient, DeviceTensor<T> beforeGradient);

    /// <summary>A tensor uniform in ±1/√width.</summary>
    private protected static DeviceTensor<T> Uniform(ComputeDevice device, Random random, int width, ReadOnlySpan<nint> lengths) => InitialValues.Uniform<T>(device, random, 1 / Math.Sqrt(width), lengths);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _output?.Dispose();
        _gates.Dispose();
        _gateGradients.Dispose();
        _hidden.Dispose();
        _hiddenGradient?.Dispose();
        _earlierGradient?.Dispose();
        base.Dispose(disposing);
    }
}
