namespace CudaKernels.Tests;

/// <summary>The double functions against values computed with 60 digits (mpmath) from the definitions.</summary>
public class ScalarMathTests
{
    public static TheoryData<double, double, double, double, double> NormalFunctions => new()
    {
        { 1e-300, 1.1283791670955126e-300, 1.0, 5e-301, 5e-301 },
        { -1e-300, -1.1283791670955126e-300, 1.0, -5e-301, -5e-301 },
        { 1e-10, 1.1283791670955126e-10, 0.999999999887162, 5.000000000398942e-11, 5.000000000398942e-11 },
        { -1e-10, -1.1283791670955126e-10, 1.000000000112838, -4.999999999601058e-11, -4.999999999601058e-11 },
        { 0.1, 0.1124629160182849, 0.887537083981715, 0.053982783727702904, 0.053982751045435165 },
        { -0.1, -0.1124629160182849, 1.1124629160182848, -0.0460172162722971, -0.04601724895456484 },
        { 0.3, 0.3286267594591274, 0.6713732405408726, 0.1853734266566858, 0.18537092354275925 },
        { -0.3, -0.3286267594591274, 1.3286267594591274, -0.1146265733433142, -0.11462907645724076 },
        { 0.49999, 0.5204910899433182, 0.4795089100566818, 0.3457225557165658, 0.34570533615688404 },
        { -0.49999, -0.5204910899433182, 1.5204910899433182, -0.15426744428343417, -0.15428466384311595 },
        { 0.5, 0.5204998778130465, 0.4795001221869535, 0.34573123063700656, 0.34571400982514394 },
        { -0.5, -0.5204998778130465, 1.5204998778130465, -0.15426876936299344, -0.15428599017485609 },
        { 0.7, 0.6778011938374184, 0.32219880616258156, 0.5306254434438489, 0.5305701347051167 },
        { -0.7, -0.6778011938374184, 1.6778011938374184, -0.1693745565561511, -0.16942986529488324 },
        { 0.99999, 0.8426966418332298, 0.1573033581667702, 0.8413339129259357, 0.8411811609795459 },
        { -0.99999, -0.8426966418332298, 1.8426966418332298, -0.15865608707406426, -0.15880883902045423 },
        { 1.0, 0.8427007929497149, 0.15729920705028513, 0.8413447460685429, 0.8411919906082767 },
        { -1.0, -0.8427007929497149, 1.8427007929497148, -0.15865525393145705, -0.1588080093917233 },
        { 1.5, 0.9661051464753108, 0.033894853524689274, 1.399789198096713, 1.3995715769802328 },
        { -1.5, -0.9661051464753108, 1.9661051464753108, -0.1002108019032871, -0.10042842301976708 },
        { 2.0, 0.9953222650189527, 0.004677734981047266, 1.9544997361036416, 1.954597694087775 },
        { -2.0, -0.9953222650189527, 1.9953222650189528, -0.04550026389635842, -0.04540230591222498 },
        { 2.7, 0.9998656672600594, 0.0001343327399405242, 2.6906391707317905, 2.691112405360532 },
        { -2.7, -0.9998656672600594, 1.9998656672600594, -0.009360829268209801, -0.008887594639467901 },
        { 3.5, 0.9999992569016276, 7.430983723414128e-07, 3.4991857982233756, 3.499383802344626 },
        { -3.5, -0.9999992569016276, 1.9999992569016276, -0.0008142017766243376, -0.0006161976553736633 },
        { 5.0, 0.9999999999984626, 1.537459794428035e-12, 4.999998566742141, 4.999999770820381 },
        { -5.0, -0.9999999999984626, 1.9999999999984626, -1.4332578593959695e-06, -2.291796196629506e-07 },
        { 6.5, 1.0, 3.8421483271206475e-20, 6.49999999973896, 6.499999999999372 },
        { -6.5, -1.0, 2.0, -2.6104003795084267e-10, -6.278258772591402e-13 },
        { 9.0, 1.0, 4.13703174651381e-37, 9.0, 9.0 },
        { -9.0, -1.0, 2.0, -1.0157295653584566e-18, -1.3364595947348725e-28 },
        { 15.0, 1.0, 7.212994172451207e-100, 15.0, 15.0 },
        { -15.0, -1.0, 2.0, -5.5064492989691265e-50, -1.5584769937274055e-114 },
        { 20.0, 1.0, 5.395865611607901e-176, 20.0, 20.0 },
        { -20.0, -1.0, 2.0, -5.507248237212468e-88, -3.3754509563109673e-261 },
        { 26.0, 1.0, 5.663192408856143e-296, 26.0, 26.0 },
        { -26.0, -1.0, 2.0, -6.437764620308812e-148, -0.0 },
    };

    public static TheoryData<double, double, double> ShiftedFunctions => new()
    {
        { 1e-300, 1e-300, 1e-300 },
        { 1e-17, 1e-17, 1e-17 },
        { 3e-09, 3.0000000045e-09, 2.9999999955e-09 },
        { 1e-05, 1.0000050000166668e-05, 9.999950000333332e-06 },
        { 0.01, 0.010050167084168058, 0.009950330853168083 },
        { 0.4, 0.49182469764127035, 0.33647223662121295 },
        { 0.9, 1.4596031111569496, 0.6418538861723948 },
        { 1.0, 1.7182818284590453, 0.6931471805599453 },
        { 1.7, 4.4739473917272, 0.9932517730102833 },
        { 10.0, 22025.465794806718, 2.3978952727983707 },
        { 50.0, 5.184705528587072e+21, 3.9318256327243257 },
        { 700.0, 1.0142320547350045e+304, 6.55250788703459 },
        { -1e-300, -1e-300, -1e-300 },
        { -1e-17, -1e-17, -1e-17 },
        { -3e-09, -2.9999999955e-09, -3.0000000045e-09 },
        { -1e-05, -9.999950000166666e-06, -1.0000050000333337e-05 },
        { -0.01, -0.009950166250831947, -0.010050335853501442 },
        { -0.4, -0.32967995396436073, -0.5108256237659907 },
        { -0.9, -0.5934303402594009, -2.302585092994046 },
        { -0.999999, -0.6321201909489326, -13.815510557935518 },
    };

    [Theory]
    [MemberData(nameof(NormalFunctions))]
    public void ErrorFunctionsAndGeluAreWithinAFewUnits(double x, double erf, double erfc, double gelu, double geluTanh)
    {
        AssertClose(erf, ScalarMath.Erf(x), 4);
        AssertClose(erfc, ScalarMath.Erfc(x), 8);
        AssertClose(gelu, ScalarMath.GeluErf(x), 8);
        // The tail of the tanh form is e^-v with v rounded: v units more.
        AssertClose(geluTanh, ScalarMath.GeluTanh(x), 8 + 4 * Math.Min(745, Math.Abs(1.6 * x * (1 + 0.045 * x * x))));
    }

    [Theory]
    [MemberData(nameof(ShiftedFunctions))]
    public void ExpM1AndLogP1DoNotCancel(double x, double expM1, double logP1)
    {
        AssertClose(expM1, ScalarMath.ExpM1(x), 4);
        AssertClose(logP1, ScalarMath.LogP1(x), 4);
    }

    [Fact]
    public void LimitsAreExact()
    {
        const double Infinity = double.PositiveInfinity;
        Assert.Equal((1.0, -1.0, 0.0, 2.0), (ScalarMath.Erf(Infinity), ScalarMath.Erf(-Infinity), ScalarMath.Erfc(Infinity), ScalarMath.Erfc(-Infinity)));
        Assert.Equal((0.0, 1.0), (ScalarMath.Sigmoid(-Infinity), ScalarMath.Sigmoid(Infinity)));
        Assert.Equal((0.0, Infinity), (ScalarMath.Softplus(-Infinity), ScalarMath.Softplus(Infinity)));
        Assert.Equal((-2.0, Infinity), (ScalarMath.Elu(-Infinity, 2), ScalarMath.Elu(Infinity, 2)));
        Assert.Equal((Infinity, -Infinity), (ScalarMath.LogP1(Infinity), ScalarMath.LogP1(-1)));
        foreach (var gate in new Func<double, double>[] { ScalarMath.Silu, ScalarMath.GeluErf, ScalarMath.GeluTanh })
        {
            Assert.Equal(Infinity, gate(Infinity));
            Assert.True(gate(-Infinity) == 0 && double.IsNegative(gate(-Infinity)));
            Assert.True(double.IsNegative(gate(-0.0)));
        }
        Assert.True(double.IsNegative(ScalarMath.Erf(-0.0)));
    }

    [Fact]
    public void EveryFunctionPassesNaNOn()
    {
        foreach (var function in new Func<double, double>[] { ScalarMath.Erf, ScalarMath.Erfc, ScalarMath.Sigmoid, ScalarMath.Silu, ScalarMath.Softplus, ScalarMath.GeluErf, ScalarMath.GeluTanh, ScalarMath.ExpM1, ScalarMath.LogP1, x => ScalarMath.Elu(x, 1) })
            Assert.True(double.IsNaN(function(double.NaN)), function.Method.Name);
    }

    [Fact]
    public void NarrowTypesAreRoundedOnce()
    {
        foreach (double x in new[] { -3.0, -0.5, 0.0, 0.25, 1.5, 6.0 })
        {
            Assert.Equal((float)ScalarMath.GeluErf(x), ScalarMath.GeluErf((float)x));
            Assert.Equal((Half)ScalarMath.Sigmoid(x), ScalarMath.Sigmoid((Half)x));
            Assert.Equal((BFloat16)ScalarMath.Erf(x), ScalarMath.Erf((BFloat16)x));
            Assert.Equal((BFloat16)ScalarMath.Softplus(x), ScalarMath.Softplus((BFloat16)x));
        }
    }

    private static void AssertClose(double expected, double actual, double units)
    {
        double unit = Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected);
        Assert.True(Math.Abs(actual - expected) <= units * unit, $"expected {expected:R}, got {actual:R}: {Math.Abs(actual - expected) / unit:F1} units");
    }
}
