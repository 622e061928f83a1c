namespace CudaKernels;

// The transcendental functions are those of float, rounded once more to 8 bits; those with a 1 in them are computed so
// that small arguments do not cancel, as they would in float's own.
public readonly partial struct BFloat16
{
    private const double Ln2 = 0.6931471805599453;
    private const double Ln10 = 2.302585092994046;
    /// <inheritdoc/>
    public static BFloat16 Exp(BFloat16 x) => FromSingle(float.Exp(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 ExpM1(BFloat16 x) => (BFloat16)ScalarMath.ExpM1((double)x);

    /// <inheritdoc/>
    public static BFloat16 Exp2(BFloat16 x) => FromSingle(float.Exp2(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Exp2M1(BFloat16 x) => (BFloat16)ScalarMath.ExpM1((double)x * Ln2);

    /// <inheritdoc/>
    public static BFloat16 Exp10(BFloat16 x) => FromSingle(float.Exp10(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Exp10M1(BFloat16 x) => (BFloat16)ScalarMath.ExpM1((double)x * Ln10);

    /// <inheritdoc/>
    public static BFloat16 Log(BFloat16 x) => FromSingle(float.Log(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 LogP1(BFloat16 x) => (BFloat16)ScalarMath.LogP1((double)x);

    /// <inheritdoc/>
    public static BFloat16 Log2(BFloat16 x) => FromSingle(float.Log2(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Log2P1(BFloat16 x) => (BFloat16)(ScalarMath.LogP1((double)x) / Ln2);

    /// <inheritdoc/>
    public static BFloat16 Log10(BFloat16 x) => FromSingle(float.Log10(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Log10P1(BFloat16 x) => (BFloat16)(ScalarMath.LogP1((double)x) / Ln10);

    /// <inheritdoc/>
    public static BFloat16 Log(BFloat16 x, BFloat16 newBase) => FromSingle(float.Log(ToSingle(x), ToSingle(newBase)));

    /// <inheritdoc/>
    public static BFloat16 Pow(BFloat16 x, BFloat16 y) => FromSingle(float.Pow(ToSingle(x), ToSingle(y)));

    /// <inheritdoc/>
    public static BFloat16 Sqrt(BFloat16 x) => FromSingle(float.Sqrt(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Cbrt(BFloat16 x) => FromSingle(float.Cbrt(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Hypot(BFloat16 x, BFloat16 y) => FromSingle(float.Hypot(ToSingle(x), ToSingle(y)));

    /// <inheritdoc/>
    public static BFloat16 RootN(BFloat16 x, int n) => FromSingle(float.RootN(ToSingle(x), n));

    /// <inheritdoc/>
    public static BFloat16 Sinh(BFloat16 x) => FromSingle(float.Sinh(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Cosh(BFloat16 x) => FromSingle(float.Cosh(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Tanh(BFloat16 x) => FromSingle(float.Tanh(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Asinh(BFloat16 x) => FromSingle(float.Asinh(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Acosh(BFloat16 x) => FromSingle(float.Acosh(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Atanh(BFloat16 x) => FromSingle(float.Atanh(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Sin(BFloat16 x) => FromSingle(float.Sin(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Cos(BFloat16 x) => FromSingle(float.Cos(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Tan(BFloat16 x) => FromSingle(float.Tan(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Asin(BFloat16 x) => FromSingle(float.Asin(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Acos(BFloat16 x) => FromSingle(float.Acos(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Atan(BFloat16 x) => FromSingle(float.Atan(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 SinPi(BFloat16 x) => FromSingle(float.SinPi(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 CosPi(BFloat16 x) => FromSingle(float.CosPi(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 TanPi(BFloat16 x) => FromSingle(float.TanPi(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 AsinPi(BFloat16 x) => FromSingle(float.AsinPi(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 AcosPi(BFloat16 x) => FromSingle(float.AcosPi(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 AtanPi(BFloat16 x) => FromSingle(float.AtanPi(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Atan2(BFloat16 y, BFloat16 x) => FromSingle(float.Atan2(ToSingle(y), ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 Atan2Pi(BFloat16 y, BFloat16 x) => FromSingle(float.Atan2Pi(ToSingle(y), ToSingle(x)));

    /// <inheritdoc/>
    public static (BFloat16 Sin, BFloat16 Cos) SinCos(BFloat16 x)
    {
        var (sin, cos) = float.SinCos(ToSingle(x));
        return (FromSingle(sin), FromSingle(cos));
    }

    /// <inheritdoc/>
    public static (BFloat16 SinPi, BFloat16 CosPi) SinCosPi(BFloat16 x)
    {
        var (sin, cos) = float.SinCosPi(ToSingle(x));
        return (FromSingle(sin), FromSingle(cos));
    }

    /// <summary>x * y + z, rounded once.</summary>
    public static BFloat16 FusedMultiplyAdd(BFloat16 left, BFloat16 right, BFloat16 addend)
    {
        // The product is exact in double; the error of the sum (Knuth's two-sum) decides the sticky bit.
        double product = (double)ToSingle(left) * ToSingle(right), c = ToSingle(addend);
        double sum = product + c;
        double virtualPart = sum - product;
        double error = (product - (sum - virtualPart)) + (c - virtualPart);
        if (error != 0 && double.IsFinite(sum))
        {
            long bits = BitConverter.DoubleToInt64Bits(sum);
            if ((bits & 1) == 0) sum = BitConverter.Int64BitsToDouble((error > 0) == (sum > 0) ? bits + 1 : bits - 1);
        }
        return (BFloat16)sum;
    }

    /// <inheritdoc/>
    public static BFloat16 Ieee754Remainder(BFloat16 left, BFloat16 right) => FromSingle(MathF.IEEERemainder(ToSingle(left), ToSingle(right)));

    /// <inheritdoc/>
    public static BFloat16 ScaleB(BFloat16 x, int n) => (BFloat16)Math.ScaleB(ToSingle(x), n);

    /// <inheritdoc/>
    public static int ILogB(BFloat16 x) => MathF.ILogB(ToSingle(x));

    /// <inheritdoc/>
    public static BFloat16 Lerp(BFloat16 value1, BFloat16 value2, BFloat16 amount) =>
        FromSingle(float.Lerp(ToSingle(value1), ToSingle(value2), ToSingle(amount)));

    /// <summary>1 / x, rounded to nearest even.</summary>
    public static BFloat16 ReciprocalEstimate(BFloat16 x) => FromSingle(1f / ToSingle(x));

    /// <summary>1 / sqrt(x).</summary>
    public static BFloat16 ReciprocalSqrtEstimate(BFloat16 x) => FromSingle(1f / MathF.Sqrt(ToSingle(x)));

    /// <inheritdoc/>
    public static BFloat16 BitIncrement(BFloat16 x) =>
        IsNaN(x) || x._bits == 0x7F80 ? x
        : (x._bits & ~SignMask) == 0 ? Epsilon
        : new((ushort)(IsNegative(x) ? x._bits - 1 : x._bits + 1));

    /// <inheritdoc/>
    public static BFloat16 BitDecrement(BFloat16 x) => -BitIncrement(-x);
}
