namespace CudaKernels;

internal static partial class ScalarMath
{
    /// <inheritdoc cref="Sigmoid{T}"/>
    public static double Sigmoid(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return (x < 0 ? e : 1) / (1 + e);
    }

    /// <inheritdoc cref="Silu{T}"/>
    public static double Silu(double x) => double.IsNegativeInfinity(x) ? -0.0 : x * Sigmoid(x);

    /// <inheritdoc cref="Softplus{T}"/>
    public static double Softplus(double x) => Math.Max(x, 0) + LogP1(Math.Exp(-Math.Abs(x)));

    /// <inheritdoc cref="Elu{T}"/>
    public static double Elu(double x, double alpha) => x > 0 ? x : alpha * ExpM1(x);

    /// <inheritdoc cref="ExpM1{T}"/>
    public static double ExpM1(double x)
    {
        if (Math.Abs(x) > 1) return Math.Exp(x) - 1;
        // Kahan's quotient: the rounding of e^x cancels between e^x - 1 and its logarithm.
        double u = Math.Exp(x);
        return u == 1 ? x : (u - 1) * x / Math.Log(u);
    }

    /// <inheritdoc cref="LogP1{T}"/>
    public static double LogP1(double x)
    {
        // Kahan's quotient, as in ExpM1.
        double u = 1 + x;
        return u == 1 ? x : double.IsPositiveInfinity(u) ? u : Math.Log(u) * (x / (u - 1));
    }

    /// <inheritdoc cref="GeluErf{T}"/>
    public static double GeluErf(double x)
    {
        if (double.IsNegativeInfinity(x)) return -0.0;
        double tail = NormalTail(Math.Abs(x));
        return x < 0 ? x * tail : x * (1 - tail);
    }

    /// <inheritdoc cref="GeluTanh{T}"/>
    public static double GeluTanh(double x)
    {
        // The tanh form is x * sigmoid of twice tanh's argument, which keeps the lower tail.
        const double TwiceRootTwoOverPi = 1.5957691216057308;
        return double.IsNegativeInfinity(x) ? -0.0 : x * Sigmoid(TwiceRootTwoOverPi * x * (1 + 0.044715 * x * x));
    }

    /// <inheritdoc cref="Erf{T}"/>
    public static double Erf(double x)
    {
        double magnitude = Math.Abs(x);
        if (!(magnitude >= 1)) return x * Polynomial(ErfOverX, x * x);
        return magnitude > 6 ? Math.CopySign(1, x) : Math.CopySign(1 - Erfc(magnitude), x);
    }

    /// <inheritdoc cref="Erfc{T}"/>
    public static double Erfc(double x)
    {
        if (x < 0.5) return 1 - Erf(x);
        if (x > 28) return 0;
        double square = x * x;
        double lost = Math.FusedMultiplyAdd(x, x, -square);
        double e = Math.Exp(-square);
        return (e - e * lost) * ScaledErfc(x);
    }

    /// <summary>Phi(-x) = erfc(x / sqrt(2)) / 2 for x &gt;= 0.</summary>
    private static double NormalTail(double x)
    {
        if (x > 39) return 0;
        // The square is taken of x itself: a rounded x / sqrt(2) would cost x² units of the last place.
        double square = x * x;
        double lost = Math.FusedMultiplyAdd(x, x, -square);
        double e = Math.Exp(-0.5 * square);
        return 0.5 * (e - e * (0.5 * lost)) * ScaledErfc(x * 0.7071067811865476);
    }

    /// <summary>e^(x²) * erfc(x) for x in [0, 28].</summary>
    private static double ScaledErfc(double x) => Polynomial(ScaledErfcTimesXPlus4, (x - 4) / (x + 4)) / (x + 4);

    private static double Polynomial(ReadOnlySpan<double> coefficients, double x)
    {
        double sum = coefficients[^1];
        for (int i = coefficients.Length - 2; i >= 0; i--) sum = Math.FusedMultiplyAdd(sum, x, coefficients[i]);
        return sum;
    }

    // Chebyshev interpolants computed for this project in 50-digit arithmetic. erf(x) / x in powers of x² on [0, 1], error
    // 1.5e-19; e^(x²) erfc(x) (x + 4) in powers of (x - 4) / (x + 4) for x on [0, 28], error 7e-18.
    private static ReadOnlySpan<double> ErfOverX =>
    [
        1.1283791670955126, -0.3761263890318375, 0.11283791670954882, -0.026866170645077334, 0.005223977624823223,
        -0.0008548326981129666, 0.00012055331122299266, -1.4925595519506043e-05, 1.6461004480962034e-06,
        -1.6350354461959655e-07, 1.4660051998394848e-08, -1.1373902296430911e-09, 5.958930743134941e-11,
    ];

    private static ReadOnlySpan<double> ScaledErfcTimesXPlus4 =>
    [
        1.095995661000491, -0.9765487290808821, 0.7732087022652376, -0.5408538313132204, 0.33085158787797825,
        -0.17401093724043631, 0.0763815149100838, -0.026370053332353913, 0.006112055647081209, -0.0002809589358933055,
        -0.0004550526321009879, 0.0001768131963681377, -3.635346607985338e-06, -1.8862169511436185e-05,
        4.694732512871604e-06, 1.426957607991023e-06, -8.46436500770969e-07, -7.91801485675957e-08,
        1.2405518908333955e-07, 3.5500377373898268e-09, -1.5207509634856582e-08, -6.987296169423388e-10,
        8.869835514662441e-10,
    ];
}
