namespace CudaKernels;

/// <summary>A probability as the kernels decide on it: the share of the 2³² outputs that lie below a threshold.</summary>
/// <param name="Threshold">From 0 (never) to 2³² (always).</param>
internal readonly record struct Probability(ulong Threshold)
{
    private const double Outputs = 4294967296;

    /// <summary>The probability as it is kept: a multiple of 2⁻³².</summary>
    public double Value => Threshold / Outputs;

    /// <summary>The nearest multiple of 2⁻³².</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside [0, 1], or NaN.</exception>
    public static Probability Of(double value) => value is >= 0 and <= 1
        ? new Probability((ulong)Math.Round(value * Outputs))
        : throw new ArgumentOutOfRangeException(nameof(value), value, "a probability lies in [0, 1]");
}
