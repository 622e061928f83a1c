using System.Runtime.Intrinsics;
using CudaKernels;

namespace CudaKernels.Tests;

public class VectorMathTests
{
    private delegate Vector512<float> Function(Vector512<float> x);

    // The tolerances are the measured errors of the functions' comments, rounded up, in units of the last place.
    private static readonly Dictionary<string, (Function Function, Func<double, double> Reference, double Units)> Functions = new()
    {
        ["Exp"] = (VectorMath.Exp, Math.Exp, 1.1),
        ["ExpOfDifference"] = (x => VectorMath.ExpOfDifference(Vector512.Min(x, Vector512.Create(40f))), x => Math.Exp(Math.Min(x, 40)), 1.1),
        ["ExpM1"] = (VectorMath.ExpM1, ScalarMath.ExpM1, 1.6),
        ["Log"] = (VectorMath.Log, Math.Log, 1.0),
        ["LogP1"] = (VectorMath.LogP1, ScalarMath.LogP1, 1.6),
        ["Sin"] = (VectorMath.Sin, Math.Sin, 1.0),
        ["Cos"] = (VectorMath.Cos, Math.Cos, 1.0),
        ["Tan"] = (VectorMath.Tan, Math.Tan, 2.2),
        ["Tanh"] = (VectorMath.Tanh, Math.Tanh, 1.6),
        ["Sigmoid"] = (VectorMath.Sigmoid, ScalarMath.Sigmoid, 2.5),
        ["Silu"] = (VectorMath.Silu, ScalarMath.Silu, 3.3),
        ["Softplus"] = (VectorMath.Softplus, ScalarMath.Softplus, 2.2),
        ["Elu"] = (x => VectorMath.Elu(x, Vector512.Create(1.25f)), x => ScalarMath.Elu(x, 1.25), 1.8),
        ["Erf"] = (VectorMath.Erf, ScalarMath.Erf, 1.6),
        ["GeluErf"] = (VectorMath.GeluErf, ScalarMath.GeluErf, 6.0),
        ["GeluTanh"] = (VectorMath.GeluTanh, ScalarMath.GeluTanh, 3.6),
        ["Rsqrt"] = (VectorMath.Rsqrt, x => 1 / Math.Sqrt(x), 1.6),
        ["Reciprocal"] = (VectorMath.Reciprocal, x => 1 / x, 0.5),
    };

    private delegate Vector512<double> DoubleFunction(Vector512<double> x);

    private static readonly Dictionary<string, (DoubleFunction Function, Func<double, double> Reference)> DoubleFunctions = new()
    {
        ["Exp"] = (VectorMath.Exp, Math.Exp),
        ["ExpM1"] = (VectorMath.ExpM1, ScalarMath.ExpM1),
        ["Log"] = (VectorMath.Log, Math.Log),
        ["LogP1"] = (VectorMath.LogP1, ScalarMath.LogP1),
        ["Sin"] = (VectorMath.Sin, Math.Sin),
        ["Cos"] = (VectorMath.Cos, Math.Cos),
        ["Tanh"] = (VectorMath.Tanh, Math.Tanh),
        ["Sigmoid"] = (VectorMath.Sigmoid, ScalarMath.Sigmoid),
        ["Silu"] = (VectorMath.Silu, ScalarMath.Silu),
        ["Softplus"] = (VectorMath.Softplus, ScalarMath.Softplus),
        ["Elu"] = (x => VectorMath.Elu(x, Vector512.Create(1.25)), x => ScalarMath.Elu(x, 1.25)),
        ["Erf"] = (VectorMath.Erf, ScalarMath.Erf),
        ["GeluErf"] = (VectorMath.GeluErf, ScalarMath.GeluErf),
        ["GeluTanh"] = (VectorMath.GeluTanh, ScalarMath.GeluTanh),
        ["Rsqrt"] = (VectorMath.Rsqrt, x => 1 / Math.Sqrt(x)),
        ["Reciprocal"] = (VectorMath.Reciprocal, x => 1 / x),
    };

    private static readonly float[] SpecialValues =
    [
        float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0f, -0f, 1f, -1f, 0.5f, -0.5f, float.Epsilon, -float.Epsilon,
        1.17549435e-38f, -1.17549435e-38f, 1.1754942e-38f, float.MaxValue, float.MinValue, 1e-5f, -1e-5f, 100f, -100f, 88.7f, 88.8f, -87.4f,
        -103.9f, -104.1f, 14.4f, -14.4f, -14.6f, 1e10f, -1e10f, 0.55f, 1.0000001f,
    ];

    public static TheoryData<string> Names => [.. Functions.Keys];

    public static TheoryData<string> DoubleNames => [.. DoubleFunctions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void FloatsOfEveryMagnitudeAreWithinTheStatedError(string name)
    {
        const uint Stride = 4099;
        var values = new float[(uint.MaxValue / Stride / 16) * 16];
        for (int i = 0; i < values.Length; i++) values[i] = BitConverter.UInt32BitsToSingle((uint)i * Stride);
        AssertWithin(name, values);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void OrdinaryFloatsAreWithinTheStatedError(string name)
    {
        var random = new Random(6);
        var values = new float[1 << 18];
        foreach (ref float value in values.AsSpan()) value = (float)(random.NextDouble() * 24 - 12);
        AssertWithin(name, values);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SpecialValuesAreExactByKind(string name) => AssertWithin(name, SpecialValues);

    [Theory]
    [MemberData(nameof(DoubleNames))]
    public void DoublesAreWithinFourUnits(string name)
    {
        var (function, reference) = DoubleFunctions[name];
        var random = new Random(7);
        var values = new List<double>(SpecialValues.Where(x => Math.Abs(x) is 0 or > 1e-30f || float.IsNaN(x)).Select(x => (double)x));
        for (int i = 0; i < 20_000; i++) values.Add(random.NextDouble() * 24 - 12);
        while (values.Count % 8 != 0) values.Add(0);
        var all = values.ToArray();
        for (int i = 0; i < all.Length; i += 8)
        {
            var results = function(Vector512.LoadUnsafe(ref all[i]));
            for (int lane = 0; lane < 8; lane++)
            {
                var (x, expected, actual) = (all[i + lane], reference(all[i + lane]), results[lane]);
                bool same = double.IsNaN(expected) ? double.IsNaN(actual)
                    : !double.IsFinite(expected) || expected == 0 ? expected == actual && double.IsNegative(expected) == double.IsNegative(actual)
                    : Math.Abs(actual - expected) <= 4 * (Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected));
                Assert.True(same, $"{name}({x:R}) = {actual:R}, expected {expected:R}");
            }
        }
    }

    [Fact]
    public void PowersAreWithinAUnit()
    {
        var random = new Random(8);
        var x = new float[1 << 16];
        var y = new float[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = i % 4 == 0 ? random.Next(-20, 20) : BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32));
            y[i] = i % 3 == 0 ? random.Next(-9, 10) : (float)(random.NextDouble() * 20 - 10);
        }
        AssertPowers(x, y);
    }

    [Fact]
    public void PowersOfSpecialValuesAreThoseOfIeee754()
    {
        float[] bases = [.. SpecialValues, 2f, -2f, -3f];
        float[] powers = [0f, -0f, 1f, -1f, 2f, 3f, -3f, 0.5f, -0.5f, 2.5f, 16777217f, 1e10f, -1e10f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon];
        var pairs = bases.SelectMany(_ => powers, (x, y) => (x, y)).ToList();
        while (pairs.Count % 16 != 0) pairs.Add((1, 1));
        AssertPowers([.. pairs.Select(pair => pair.x)], [.. pairs.Select(pair => pair.y)]);
    }

    [Fact]
    public void RemaindersAreThoseOfTheScalarOperator()
    {
        var random = new Random(9);
        List<(float A, float B)> pairs = [.. SpecialValues.SelectMany(_ => SpecialValues, (a, b) => (a, b))];
        for (int i = 0; i < 1 << 18; i++)
        {
            // Of all magnitudes, and with quotients around whole numbers.
            float b = BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32));
            float a = i % 2 == 0 ? BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32)) : b * random.Next(1, 1 << random.Next(1, 30));
            pairs.Add(i % 4 == 1 ? (MathF.BitDecrement(a), b) : (a, b));
        }
        while (pairs.Count % 16 != 0) pairs.Add((1, 1));
        float[] left = [.. pairs.Select(pair => pair.A)], right = [.. pairs.Select(pair => pair.B)], results = new float[left.Length];
        for (int i = 0; i < left.Length; i += 16)
            VectorMath.Remainder(Vector512.LoadUnsafe(ref left[i]), Vector512.LoadUnsafe(ref right[i])).StoreUnsafe(ref results[i]);
        for (int i = 0; i < left.Length; i++)
        {
            float expected = left[i] % right[i];
            bool same = float.IsNaN(expected) ? float.IsNaN(results[i]) : BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(results[i]);
            Assert.True(same, $"{left[i]:G9} % {right[i]:G9} = {results[i]:G9}, expected {expected:G9}");
        }
    }

    private static void AssertPowers(float[] x, float[] y)
    {
        var results = new float[x.Length];
        for (int i = 0; i < x.Length; i += 16)
            VectorMath.Pow(Vector512.LoadUnsafe(ref x[i]), Vector512.LoadUnsafe(ref y[i])).StoreUnsafe(ref results[i]);
        for (int i = 0; i < x.Length; i++) AssertUnits($"Pow({x[i]:G9}, {y[i]:G9})", Math.Pow(x[i], y[i]), results[i], 0.6);
    }

    private static void AssertWithin(string name, float[] values)
    {
        var (function, reference, units) = Functions[name];
        Assert.Equal(0, values.Length % 16);
        var results = new float[values.Length];
        for (int i = 0; i < values.Length; i += 16) function(Vector512.LoadUnsafe(ref values[i])).StoreUnsafe(ref results[i]);
        for (int i = 0; i < values.Length; i++) AssertUnits($"{name}({values[i]:G9})", reference(values[i]), results[i], units);
    }

    private static void AssertUnits(string call, double expected, float actual, double units)
    {
        float rounded = (float)expected;
        if (float.IsNaN(rounded) || rounded == 0 || float.IsInfinity(rounded))
        {
            bool same = rounded.Equals(actual) && (float.IsNaN(rounded) || float.IsNegative(rounded) == float.IsNegative(actual));
            // Next to an end of the range, one unit may decide between the end and its neighbour.
            bool neighbour = (rounded == 0 && Math.Abs(actual) == float.Epsilon && expected != 0) || (float.IsInfinity(rounded) && Math.Abs(actual) == float.MaxValue && double.IsFinite(expected) && Math.Abs(expected) < 3.40282387e38);
            if (!same && !neighbour) Assert.Fail($"{call} = {actual:G9}, expected {rounded:G9}");
            return;
        }
        double unit = Math.Max(float.Epsilon, Math.ScaleB(1, Math.ILogB(expected) - 23));
        bool overflowed = float.IsInfinity(actual) && Math.Abs(expected) > 3.4028233e38;
        if (!overflowed && !(Math.Abs(actual - expected) <= units * unit))
            Assert.Fail($"{call} = {actual:G9}, expected {expected:G12}: {Math.Abs(actual - expected) / unit:F2} units");
    }
}
