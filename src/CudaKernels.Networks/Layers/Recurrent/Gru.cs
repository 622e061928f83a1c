using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>
/// A layer of gated recurrent units (Cho et al. 2014; the reset gate acts on the product with the hidden state, as in cuDNN):
/// r = σ(xᵣ + hᵣ), z = σ(x_z + h_z), n = tanh(xₙ + r·hₙ), hₜ = (1 - z)·n + z·hₜ₋₁, with x = xₜ·Wₓᵀ + b and h = hₜ₋₁·Wₕᵀ + bₕ. The
/// weights hold the gates in this order.
/// </summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class Gru<T> : RecurrentLayer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly StepViews<T> _hiddenGates = new();
    private readonly StepViews<T> _hiddenGateGradients = new();

    /// <summary>Makes the layer with parameters uniform in ±1/√width.</summary>
    /// <param name="device">Where the layer lives.</param>
    /// <param name="inputs">Features of the input.</param>
    /// <param name="width">Elements of the hidden state.</param>
    /// <param name="random">The source of the initial parameters.</param>
    /// <param name="name">The prefix of the parameters' names.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Gru(ComputeDevice device, int inputs, int width, Random random, string name = "gru")
        : base(device, inputs, width, 3, random, name) =>
        HiddenBias = new Parameter<T>($"{name}.hidden_bias", Uniform(device, random, width, [3 * (nint)width]));

    /// <summary>bₕ, [3·width].</summary>
    public Parameter<T> HiddenBias { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter<T>> Parameters => [InputWeight, HiddenWeight, Bias, HiddenBias];

    private protected override DeviceTensor<T> HiddenGateGradients => _hiddenGateGradients.All;

    /// <inheritdoc/>
    public override DeviceTensor<T> Backward(DeviceTensor<T> outputGradient)
    {
        var inputGradient = base.Backward(outputGradient);
        using var rows = HiddenGateGradients.Reshape(HiddenGateGradients.Lengths[0] * HiddenGateGradients.Lengths[1], 3 * Width);
        rows.Sum([0], HiddenBias.Gradient);
        return inputGradient;
    }

    private protected override void Prepare(ComputeDevice device, nint steps, nint batch, bool carries)
    {
        _hiddenGates.Resize(device, steps, batch, 3 * Width);
        _hiddenGateGradients.Resize(device, steps, batch, 3 * Width);
    }

    private protected override void ForwardStep(int step, DeviceTensor<T> gates, DeviceTensor<T> before, DeviceTensor<T> hidden)
    {
        before.MatMul(HiddenWeight.Value, _hiddenGates[step], transposeB: true);
        _hiddenGates[step].AddBias(HiddenBias.Value, _hiddenGates[step]);
        gates.GruCell(_hiddenGates[step], before, hidden);
    }

    private protected override void BackwardStep(
        int step, bool isLast, DeviceTensor<T> gates, DeviceTensor<T> before, DeviceTensor<T> hidden, DeviceTensor<T> hiddenGradient, DeviceTensor<T> gateGradient, DeviceTensor<T> beforeGradient)
    {
        gates.GruCellGradient(_hiddenGates[step], before, hiddenGradient, gateGradient, _hiddenGateGradients[step], beforeGradient);
        _hiddenGateGradients[step].MatMul(HiddenWeight.Value, beforeGradient, beta: 1);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _hiddenGates.Dispose();
        _hiddenGateGradients.Dispose();
        base.Dispose(disposing);
    }
}
