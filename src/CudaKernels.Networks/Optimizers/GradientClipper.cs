using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Bounds the Euclidean norm of all gradients of a network together (Pascanu, Mikolov and Bengio 2013), between the backward pass and the optimizer's step.</summary>
/// <typeparam name="T">The element type of the parameters.</typeparam>
public sealed class GradientClipper<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly TensorTable<T> _gradients;
    private readonly DeviceTensor<double> _norm;
    private double _gradientScale = 1;

    /// <param name="parameters">The parameters whose gradients are bounded together, at least one.</param>
    /// <param name="maxNorm">The bound, above 0; infinity only measures.</param>
    /// <exception cref="ArgumentException">There is no parameter.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxNorm"/> is not above 0.</exception>
    public GradientClipper(IReadOnlyList<Parameter<T>> parameters, double maxNorm)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(maxNorm > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(maxNorm), maxNorm, "the bound of a norm is above 0");
        }

        if (parameters.Count == 0)
        {
            throw new ArgumentException("there is no parameter whose gradient could be bounded", nameof(parameters));
        }

        MaxNorm = maxNorm;
        _gradients = new TensorTable<T>([.. parameters.Select(parameter => parameter.Gradient)]);
        _norm = Lasting.Keep(_gradients.Device.CreateZeros<double>([]));
    }

    /// <summary>The bound.</summary>
    public double MaxNorm { get; }

    /// <summary>Scales all gradients by one factor where their norm is above the bound. The host does not wait.</summary>
    /// <param name="gradientScale">What the optimizer multiplies the gradients by: the bound holds for the products. 1 / s where the loss was scaled by s; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="gradientScale"/> is not above 0.</exception>
    public void Clip(double gradientScale = 1)
    {
        if (!(gradientScale > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(gradientScale), gradientScale, "a scale of gradients is above 0");
        }

        _gradientScale = gradientScale;
        _gradients.ClipGlobalNorm(MaxNorm / gradientScale, _norm);
    }

    /// <summary>Waits for the last <see cref="Clip"/> and gives the norm that the gradients, times their scale, had before it; 0 before the first.</summary>
    public double ReadNorm() => _norm.ToScalar() * _gradientScale;

    /// <inheritdoc/>
    public void Dispose()
    {
        _gradients.Dispose();
        _norm.Dispose();
    }
}
