namespace CudaKernels.Catalog;

/// <summary>Rounding to the 8-bit floating-point numbers by float64 arithmetic alone, as their definition reads.</summary>
/// <param name="FractionBits">The bits behind the leading one.</param>
/// <param name="LeastExponent">The exponent of the smallest normal number.</param>
/// <param name="Largest">The largest finite number.</param>
/// <param name="Beyond">What lies past it: infinity, or NaN where the format has none.</param>
public sealed record Float8Reference(int FractionBits, int LeastExponent, double Largest, double Beyond)
{
    /// <summary>Four exponent bits.</summary>
    public static Float8Reference E4M3 { get; } = new(3, -6, 448, double.NaN);

    /// <summary>Five exponent bits.</summary>
    public static Float8Reference E5M2 { get; } = new(2, -14, 57344, double.PositiveInfinity);

    /// <summary>The format of an element type.</summary>
    public static Float8Reference Of<T>() where T : unmanaged => ElementType<T>.Kind == ElementKind.Float8E4M3 ? E4M3 : E5M2;

    /// <summary>Half way from the largest number to the next one that there would be: what is larger is too large.</summary>
    public double Limit => Largest + (Step(Largest) / 2);

    /// <summary>The distance of the numbers around a finite value.</summary>
    public double Step(double value) => Math.ScaleB(1, Math.Max(value == 0 ? LeastExponent : Math.ILogB(value), LeastExponent) - FractionBits);

    /// <summary>The nearest number, ties to even.</summary>
    public double Round(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? value : Math.CopySign(Beyond, value);
        }

        var step = Step(value);
        var rounded = Math.Round(value / step, MidpointRounding.ToEven) * step;
        return Math.Abs(rounded) <= Largest ? rounded : Math.CopySign(Beyond, value);
    }
}
