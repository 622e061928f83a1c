using System.Numerics;

namespace CudaKernels.Networks;

/// <summary>Keeps gradients from growing without bounds.</summary>
public static class GradientClipping
{
    /// <summary>Scales all gradients by min(1, most / norm), where the norm is that of all their elements together (Pascanu et al. 2013).</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="mostNorm">The largest norm that is left as it is.</param>
    /// <returns>The norm before; waits for the gradients. Where it is not finite, nothing is changed.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mostNorm"/> is not above 0.</exception>
    public static double ByGlobalNorm<T>(IReadOnlyList<Parameter<T>> parameters, double mostNorm) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mostNorm);
        var squares = 0.0;
        foreach (var parameter in parameters)
        {
            using var norm = parameter.Gradient.Norm();
            var one = double.CreateTruncating(norm.ToArray()[0]);
            squares += one * one;
        }

        var all = Math.Sqrt(squares);
        if (all > mostNorm && double.IsFinite(all))
        {
            var scale = T.CreateTruncating(mostNorm / all);
            foreach (var parameter in parameters)
            {
                parameter.Gradient.Multiply(scale, parameter.Gradient);
            }
        }

        return all;
    }
}
