using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>What the plain recurrent layer applies to its sums.</summary>
public enum RnnActivation
{
    /// <summary>tanh.</summary>
    Tanh,
    /// <summary>max(·, 0).</summary>
    Relu,
}

/// <summary>The plain recurrent layer (Elman 1990): hₜ = f(xₜ·Wₓᵀ + hₜ₋₁·Wₕᵀ + b).</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class Rnn<T> : RecurrentLayer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Makes the layer with parameters uniform in ±1/√width.</summary>
    /// <param name="device">Where the layer lives.</param>
    /// <param name="inputs">Features of the input.</param>
    /// <param name="width">Elements of the hidden state.</param>
    /// <param name="random">The source of the initial parameters.</param>
    /// <param name="activation">f.</param>
    /// <param name="name">The prefix of the parameters' names.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the activation is none.</exception>
    public Rnn(ComputeDevice device, int inputs, int width, Random random, RnnActivation activation = RnnActivation.Tanh, string name = "rnn")
        : base(device, inputs, width, 1, random, name)
    {
        if (activation is not (RnnActivation.Tanh or RnnActivation.Relu))
        {
            throw new ArgumentOutOfRangeException(nameof(activation), activation, "the activations are Tanh and Relu");
        }

        Activation = activation;
    }

    /// <summary>f.</summary>
    public RnnActivation Activation { get; }

    private protected override void Prepare(ComputeDevice device, nint steps, nint batch, bool carries)
    {
    }

    private protected override void ForwardStep(int step, DeviceTensor<T> gates, DeviceTensor<T> before, DeviceTensor<T> hidden)
    {
        before.MatMul(HiddenWeight.Value, gates, transposeB: true, beta: 1);
        if (Activation == RnnActivation.Tanh)
        {
            gates.Tanh(hidden);
        }
        else
        {
            gates.Relu(hidden);
        }
    }

    private protected override void BackwardStep(
        int step, bool isLast, DeviceTensor<T> gates, DeviceTensor<T> before, DeviceTensor<T> hidden, DeviceTensor<T> hiddenGradient, DeviceTensor<T> gateGradient, DeviceTensor<T> beforeGradient)
    {
        if (Activation == RnnActivation.Tanh)
        {
            hidden.TanhGradient(hiddenGradient, gateGradient);
        }
        else
        {
            hidden.ReluGradient(hiddenGradient, gateGradient);
        }

        gateGradient.MatMul(HiddenWeight.Value, beforeGradient);
    }
}
