using System.Globalization;
using System.Numerics;
using static CudaKernels.TensorOperations;

namespace CudaKernels;

/// <summary>
/// A value in an expression of <see cref="FusedOperation{T}"/>: an element of an input, a constant, or a function of other values. It holds
/// no elements; a value that is used several times is computed once.
/// </summary>
/// <typeparam name="T">The element type of inputs and result.</typeparam>
public sealed class FusedValue<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private FusedValue(string text, string? file, FusedStep? step, params FusedValue<T>[] operands) => (Text, File, Step, Operands) = (text, file, step, operands);

    /// <summary>The name of an input, a constant, or the functor of a function, in CUDA C++.</summary>
    internal string Text { get; }

    /// <summary>The kernel file that holds the functor; null for inputs and constants.</summary>
    internal string? File { get; }

    /// <summary>The managed form of the function; null for inputs and constants.</summary>
    internal FusedStep? Step { get; }

    internal FusedValue<T>[] Operands { get; }

    /// <summary>The number of an input.</summary>
    internal int? Input { get; private init; }

    /// <summary>The value of a constant.</summary>
    internal double? Constant { get; private init; }

    /// <summary>A constant.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is NaN or infinite.</exception>
    public static implicit operator FusedValue<T>(double value) => FromDouble(value);

    /// <summary>a + b.</summary>
    public static FusedValue<T> operator +(FusedValue<T> a, FusedValue<T> b) => Binary("Add", "add", new AddFunction<float>(), new AddFunction<double>(), a, b);

    /// <summary>a - b.</summary>
    public static FusedValue<T> operator -(FusedValue<T> a, FusedValue<T> b) => Binary("Subtract", "subtract", new SubtractFunction<float>(), new SubtractFunction<double>(), a, b);

    /// <summary>a · b.</summary>
    public static FusedValue<T> operator *(FusedValue<T> a, FusedValue<T> b) => Binary("Multiply", "multiply", new MultiplyFunction<float>(), new MultiplyFunction<double>(), a, b);

    /// <summary>a / b.</summary>
    public static FusedValue<T> operator /(FusedValue<T> a, FusedValue<T> b) => Binary("Divide", "divide", new DivideFunction<float>(), new DivideFunction<double>(), a, b);

    /// <summary>a % b, with the sign of a.</summary>
    public static FusedValue<T> operator %(FusedValue<T> a, FusedValue<T> b) => Binary("Remainder", "remainder", new RemainderFunction<float>(), new RemainderFunction<double>(), a, b);

    /// <summary>-a.</summary>
    public static FusedValue<T> operator -(FusedValue<T> a)
    {
        ArgumentNullException.ThrowIfNull(a);
        return a.Unary("Negate{}", "negate", new NegateFunction<float>(), new NegateFunction<double>());
    }

    /// <summary>A constant.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is NaN or infinite.</exception>
    public static FusedValue<T> FromDouble(double value) => new(Number(value), null, null) { Constant = value };

    /// <summary>The smaller of both; NaN when either is.</summary>
    public static FusedValue<T> Minimum(FusedValue<T> a, FusedValue<T> b) => Binary("Minimum", "minimum", new MinimumFunction<float>(), new MinimumFunction<double>(), a, b);

    /// <summary>The larger of both; NaN when either is.</summary>
    public static FusedValue<T> Maximum(FusedValue<T> a, FusedValue<T> b) => Binary("Maximum", "maximum", new MaximumFunction<float>(), new MaximumFunction<double>(), a, b);

    /// <summary>aᵇ, with the special values of C's pow.</summary>
    public static FusedValue<T> Pow(FusedValue<T> a, FusedValue<T> b) => Binary("Pow", "pow", new PowFunction<float>(), new PowFunction<double>(), a, b);

    /// <summary>|x|.</summary>
    public FusedValue<T> Abs() => Unary("Abs{}", "abs", new AbsFunction<float>(), new AbsFunction<double>());

    /// <summary>The largest whole number that is not above x.</summary>
    public FusedValue<T> Floor() => Unary("Floor{}", "floor", new FloorFunction<float>(), new FloorFunction<double>());

    /// <summary>The smallest whole number that is not below x.</summary>
    public FusedValue<T> Ceiling() => Unary("Ceiling{}", "ceiling", new CeilingFunction<float>(), new CeilingFunction<double>());

    /// <summary>The whole number nearest to x, of two equally near ones the even one.</summary>
    public FusedValue<T> Round() => Unary("Round{}", "round", new RoundFunction<float>(), new RoundFunction<double>());

    /// <summary>x without its fraction.</summary>
    public FusedValue<T> Truncate() => Unary("Truncate{}", "truncate", new TruncateFunction<float>(), new TruncateFunction<double>());

    /// <summary>-1 below 0, 1 above, else x.</summary>
    public FusedValue<T> Sign() => Unary("Sign{}", "sign", new SignFunction<float>(), new SignFunction<double>());

    /// <summary>eˣ.</summary>
    public FusedValue<T> Exp() => Unary("Exp{}", "exp", new ExpFunction<float>(), new ExpFunction<double>());

    /// <summary>eˣ - 1, also of small x.</summary>
    public FusedValue<T> ExpM1() => Unary("ExpM1{}", "expm1", new ExpM1Function<float>(), new ExpM1Function<double>());

    /// <summary>The natural logarithm.</summary>
    public FusedValue<T> Log() => Unary("Log{}", "log", new LogFunction<float>(), new LogFunction<double>());

    /// <summary>ln(1 + x), also of small x.</summary>
    public FusedValue<T> Log1P() => Unary("Log1P{}", "log1p", new Log1PFunction<float>(), new Log1PFunction<double>());

    /// <summary>√x.</summary>
    public FusedValue<T> Sqrt() => Unary("Sqrt{}", "sqrt", new SqrtFunction<float>(), new SqrtFunction<double>());

    /// <summary>1/√x.</summary>
    public FusedValue<T> ReciprocalSqrt() => Unary("Rsqrt{}", "rsqrt", new ReciprocalSqrtFunction<float>(), new ReciprocalSqrtFunction<double>());

    /// <summary>1/x.</summary>
    public FusedValue<T> Reciprocal() => Unary("Reciprocal{}", "reciprocal", new ReciprocalFunction<float>(), new ReciprocalFunction<double>());

    /// <summary>sin x, x in radians.</summary>
    public FusedValue<T> Sin() => Unary("Sin{}", "sin", new SinFunction<float>(), new SinFunction<double>());

    /// <summary>cos x, x in radians.</summary>
    public FusedValue<T> Cos() => Unary("Cos{}", "cos", new CosFunction<float>(), new CosFunction<double>());

    /// <summary>tan x, x in radians.</summary>
    public FusedValue<T> Tan() => Unary("Tan{}", "tan", new TanFunction<float>(), new TanFunction<double>());

    /// <summary>The error function.</summary>
    public FusedValue<T> Erf() => Unary("Erf{}", "erf", new ErfFunction<float>(), new ErfFunction<double>());

    /// <summary>1/(1 + e⁻ˣ).</summary>
    public FusedValue<T> Sigmoid() => Unary("Sigmoid{}", "sigmoid", new SigmoidFunction<float>(), new SigmoidFunction<double>());

    /// <summary>The hyperbolic tangent.</summary>
    public FusedValue<T> Tanh() => Unary("Tanh{}", "tanh", new TanhFunction<float>(), new TanhFunction<double>());

    /// <summary>max(x, 0).</summary>
    public FusedValue<T> Relu() => Unary("Relu{}", "relu", new ReluFunction<float>(), new ReluFunction<double>());

    /// <summary>x where x &gt; 0, else slope·x.</summary>
    /// <param name="slope">The slope below 0.</param>
    public FusedValue<T> LeakyRelu(double slope = 0.01) => Unary($"LeakyRelu<C>{{{Number(slope)}}}", "leaky_relu", new LeakyReluFunction<float>(slope), new LeakyReluFunction<double>(slope));

    /// <summary>x where x &gt; 0, else alpha·(eˣ - 1).</summary>
    /// <param name="alpha">The magnitude of the limit at -∞.</param>
    public FusedValue<T> Elu(double alpha = 1) => Unary($"Elu<C>{{{Number(alpha)}}}", "elu", new EluFunction<float>(alpha), new EluFunction<double>(alpha));

    /// <summary>x·Φ(x), Φ being the distribution function of the standard normal.</summary>
    /// <param name="approximation">How Φ is computed.</param>
    public FusedValue<T> Gelu(GeluApproximation approximation = GeluApproximation.None) => IsTanh(approximation)
        ? Unary("GeluTanh{}", "gelu", new GeluTanhFunction<float>(), new GeluTanhFunction<double>())
        : Unary("Gelu{}", "gelu", new GeluFunction<float>(), new GeluFunction<double>());

    /// <summary>x·sigmoid(x).</summary>
    public FusedValue<T> Silu() => Unary("Silu{}", "silu", new SiluFunction<float>(), new SiluFunction<double>());

    /// <summary>log(1 + eˣ).</summary>
    public FusedValue<T> Softplus() => Unary("Softplus{}", "softplus", new SoftplusFunction<float>(), new SoftplusFunction<double>());

    /// <summary>min(max(x, minimum), maximum); NaN stays NaN.</summary>
    /// <param name="minimum">The lower bound.</param>
    /// <param name="maximum">The upper bound, at least <paramref name="minimum"/>.</param>
    public FusedValue<T> Clamp(double minimum, double maximum)
    {
        RequireOrdered(minimum, maximum);
        return Unary($"Clamp<C>{{{Number(minimum)}, {Number(maximum)}}}", "clamp", new ClampFunction<float>((float)minimum, (float)maximum), new ClampFunction<double>(minimum, maximum));
    }

    internal static FusedValue<T> OfInput(int index) => new(string.Create(CultureInfo.InvariantCulture, $"x{index}"), null, null) { Input = index };

    private static FusedValue<T> Binary<TSingle, TDouble>(string functor, string file, TSingle single, TDouble wide, FusedValue<T> a, FusedValue<T> b)
        where TSingle : struct, IBinaryFunction<float>
        where TDouble : struct, IBinaryFunction<double>
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        return new FusedValue<T>(functor + "{}", Path(file), typeof(T) == typeof(double) ? new FusedStep.Binary<double, TDouble>(wide) : new FusedStep.Binary<float, TSingle>(single), a, b);
    }

    private FusedValue<T> Unary<TSingle, TDouble>(string functor, string file, TSingle single, TDouble wide)
        where TSingle : struct, IUnaryFunction<float>
        where TDouble : struct, IUnaryFunction<double> =>
        new(functor, Path(file), typeof(T) == typeof(double) ? new FusedStep.Unary<double, TDouble>(wide) : new FusedStep.Unary<float, TSingle>(single), this);

    private static string Path(string file) => $"elementwise/{file}.cu";

    // -0 would be an integer, which has no sign there.
    private static string Number(double value) => double.IsFinite(value)
        ? double.IsNegative(value) && value == 0 ? "C(-0.0)" : string.Create(CultureInfo.InvariantCulture, $"C({value:R})")
        : throw new ArgumentOutOfRangeException(nameof(value), value, "a constant of an expression is a finite number");
}
