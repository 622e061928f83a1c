using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

// The same functions of eight doubles: by vectors where .NET has the building block, else element by element.
internal static unsafe partial class VectorMath
{
    /// <inheritdoc cref="Exp(Vector512{float})"/>
    public static Vector512<double> Exp(Vector512<double> x) => Vector512.Exp(x);

    /// <inheritdoc cref="Log(Vector512{float})"/>
    public static Vector512<double> Log(Vector512<double> x) => Vector512.Log(x);

    /// <inheritdoc cref="Sin(Vector512{float})"/>
    public static Vector512<double> Sin(Vector512<double> x) => Vector512.Sin(x);

    /// <inheritdoc cref="Cos(Vector512{float})"/>
    public static Vector512<double> Cos(Vector512<double> x) => Vector512.Cos(x);

    /// <inheritdoc cref="Sigmoid(Vector512{float})"/>
    public static Vector512<double> Sigmoid(Vector512<double> x)
    {
        var e = Exp(-Vector512.Abs(x));
        var numerator = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<double>.Zero), e, Vector512<double>.One);
        return numerator / (Vector512<double>.One + e);
    }

    /// <inheritdoc cref="Silu(Vector512{float})"/>
    public static Vector512<double> Silu(Vector512<double> x)
    {
        // Below -750 the sigmoid is 0; the clamp keeps -inf from 0 * inf.
        var bounded = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-800.0)), Vector512.Create(-800.0), x);
        return bounded * Sigmoid(x);
    }

    /// <inheritdoc cref="Reciprocal(Vector512{float})"/>
    public static Vector512<double> Reciprocal(Vector512<double> x) => Vector512<double>.One / x;

    /// <inheritdoc cref="Rsqrt(Vector512{float})"/>
    public static Vector512<double> Rsqrt(Vector512<double> x) => Vector512<double>.One / Vector512.Sqrt(x);

    /// <inheritdoc cref="ExpM1(Vector512{float})"/>
    public static Vector512<double> ExpM1(Vector512<double> x) => ByElement(x, &ScalarMath.ExpM1);

    /// <inheritdoc cref="LogP1(Vector512{float})"/>
    public static Vector512<double> LogP1(Vector512<double> x) => ByElement(x, &ScalarMath.LogP1);

    /// <inheritdoc cref="Tanh(Vector512{float})"/>
    public static Vector512<double> Tanh(Vector512<double> x) => ByElement(x, &Math.Tanh);

    /// <inheritdoc cref="Softplus(Vector512{float})"/>
    public static Vector512<double> Softplus(Vector512<double> x) => ByElement(x, &ScalarMath.Softplus);

    /// <inheritdoc cref="Elu(Vector512{float}, Vector512{float})"/>
    public static Vector512<double> Elu(Vector512<double> x, Vector512<double> alpha) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512<double>.Zero), x, alpha * ExpM1(x));

    /// <inheritdoc cref="Erf(Vector512{float})"/>
    public static Vector512<double> Erf(Vector512<double> x) => ByElement(x, &ScalarMath.Erf);

    /// <inheritdoc cref="GeluErf(Vector512{float})"/>
    public static Vector512<double> GeluErf(Vector512<double> x) => ByElement(x, &ScalarMath.GeluErf);

    /// <inheritdoc cref="GeluTanh(Vector512{float})"/>
    public static Vector512<double> GeluTanh(Vector512<double> x) => ByElement(x, &ScalarMath.GeluTanh);

    /// <inheritdoc cref="Pow(Vector512{float}, Vector512{float})"/>
    public static Vector512<double> Pow(Vector512<double> x, Vector512<double> y)
    {
        Unsafe.SkipInit(out Vector512<double> result);
        ref double element = ref Unsafe.As<Vector512<double>, double>(ref result);
        for (int i = 0; i < Vector512<double>.Count; i++) Unsafe.Add(ref element, i) = Math.Pow(x[i], y[i]);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static Vector512<double> ByElement(Vector512<double> x, delegate*<double, double> function)
    {
        Unsafe.SkipInit(out Vector512<double> result);
        ref double element = ref Unsafe.As<Vector512<double>, double>(ref result);
        for (int i = 0; i < Vector512<double>.Count; i++) Unsafe.Add(ref element, i) = function(x[i]);
        return result;
    }
}
