using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>
/// A long short-term memory layer (Hochreiter and Schmidhuber 1997, with a forget gate): i, f, g, o = xₜ·Wₓᵀ + hₜ₋₁·Wₕᵀ + b,
/// cₜ = σ(f)·cₜ₋₁ + σ(i)·tanh(g), hₜ = σ(o)·tanh(cₜ). The weights hold the gates in this order.
/// </summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class Lstm<T> : RecurrentLayer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly StepViews<T> _cells = new();
    private readonly DeviceTensor<T>?[] _cellGradients = new DeviceTensor<T>?[2];

    /// <summary>Makes the layer with parameters uniform in ±1/√width; the bias of the forget gate is 1 more (Jozefowicz et al. 2015).</summary>
    /// <param name="device">Where the layer lives.</param>
    /// <param name="inputs">Features of the input.</param>
    /// <param name="width">Elements of the hidden state.</param>
    /// <param name="random">The source of the initial parameters.</param>
    /// <param name="name">The prefix of the parameters' names.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Lstm(ComputeDevice device, int inputs, int width, Random random, string name = "lstm")
        : base(device, inputs, width, 4, random, name)
    {
        using var forget = Bias.Value.Slice(width..(2 * width));
        forget.Add(T.One, forget);
    }

    private protected override void Prepare(ComputeDevice device, nint steps, nint batch, bool carries) => Begin(_cells, device, steps, batch, carries);

    private protected override void ForwardStep(int step, DeviceTensor<T> gates, DeviceTensor<T> before, DeviceTensor<T> hidden)
    {
        before.MatMul(HiddenWeight.Value, gates, transposeB: true, beta: 1);
        gates.LstmCell(_cells[step], hidden, _cells[step + 1]);
    }

    private protected override void BackwardStep(
        int step, bool isLast, DeviceTensor<T> gates, DeviceTensor<T> before, DeviceTensor<T> hidden, DeviceTensor<T> hiddenGradient, DeviceTensor<T> gateGradient, DeviceTensor<T> beforeGradient)
    {
        // Two buffers in turns: one holds what came back to this step's cell, the other takes what goes on to the cell before.
        var incoming = Resize(ref _cellGradients[step % 2], gates.Device, before.Lengths);
        var outgoing = Resize(ref _cellGradients[(step + 1) % 2], gates.Device, before.Lengths);
        gates.LstmCellGradient(_cells[step], hiddenGradient, isLast ? null : incoming, gateGradient, outgoing);
        gateGradient.MatMul(HiddenWeight.Value, beforeGradient);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _cells.Dispose();
        Array.ForEach(_cellGradients, gradient => gradient?.Dispose());
        base.Dispose(disposing);
    }
}
