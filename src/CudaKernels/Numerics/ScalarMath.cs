using System.Numerics;

namespace CudaKernels;

/// <summary>
/// The activation functions of one number of any floating-point type, computed in double and rounded once to the type: the
/// reference of <see cref="VectorMath"/> and the arithmetic of the double tensors.
/// </summary>
/// <remarks>NaN gives NaN; infinities give the limit, so also gelu(-inf) = silu(-inf) = -0.</remarks>
internal static partial class ScalarMath
{
    /// <summary>1 / (1 + e^-x).</summary>
    public static T Sigmoid<T>(T x) where T : IFloatingPointIeee754<T> => T.CreateTruncating(Sigmoid(double.CreateTruncating(x)));

    /// <summary>x / (1 + e^-x).</summary>
    public static T Silu<T>(T x) where T : IFloatingPointIeee754<T> => T.CreateTruncating(Silu(double.CreateTruncating(x)));

    /// <summary>log(1 + e^x).</summary>
    public static T Softplus<T>(T x) where T : IFloatingPointIeee754<T> => T.CreateTruncating(Softplus(double.CreateTruncating(x)));

    /// <summary>x for x &gt; 0, else alpha * (e^x - 1).</summary>
    public static T Elu<T>(T x, T alpha) where T : IFloatingPointIeee754<T> =>
        T.CreateTruncating(Elu(double.CreateTruncating(x), double.CreateTruncating(alpha)));

    /// <summary>tanh(x).</summary>
    public static T Tanh<T>(T x) where T : IFloatingPointIeee754<T> => T.CreateTruncating(Math.Tanh(double.CreateTruncating(x)));

    /// <summary>The error function 2/sqrt(pi) * integral of e^-t² from 0 to x.</summary>
    public static T Erf<T>(T x) where T : IFloatingPointIeee754<T> => T.CreateTruncating(Erf(double.CreateTruncating(x)));

    /// <summary>1 - erf(x), with no cancellation for large x.</summary>
    public static T Erfc<T>(T x) where T : IFloatingPointIeee754<T> => T.CreateTruncating(Erfc(double.CreateTruncating(x)));

    /// <summary>The exact gelu x * Phi(x), Phi the normal distribution.</summary>
    public static T GeluErf<T>(T x) where T : IFloatingPointIeee754<T> => T.CreateTruncating(GeluErf(double.CreateTruncating(x)));

    /// <summary>gelu by x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x³))).</summary>
    public static T GeluTanh<T>(T x) where T : IFloatingPointIeee754<T> => T.CreateTruncating(GeluTanh(double.CreateTruncating(x)));

    /// <summary>e^x - 1 with no cancellation near 0.</summary>
    public static T ExpM1<T>(T x) where T : IFloatingPointIeee754<T> => T.CreateTruncating(ExpM1(double.CreateTruncating(x)));

    /// <summary>log(1 + x) with no cancellation near 0.</summary>
    public static T LogP1<T>(T x) where T : IFloatingPointIeee754<T> => T.CreateTruncating(LogP1(double.CreateTruncating(x)));

    /// <summary>1 / sqrt(x).</summary>
    public static T Rsqrt<T>(T x) where T : IFloatingPointIeee754<T> => T.CreateTruncating(1 / Math.Sqrt(double.CreateTruncating(x)));
}
