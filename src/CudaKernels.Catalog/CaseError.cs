using CudaKernels.Catalog.Cases;

namespace CudaKernels.Catalog;

/// <summary>How far an output is from its reference.</summary>
/// <param name="Error">The largest |got − expected| / (scale + floor), where scale is |expected| unless the case knows better.</param>
/// <param name="Failure">What is wrong, or null: an element out of tolerance, or a NaN or infinity on one side only.</param>
public readonly record struct CaseError(double Error, string? Failure)
{
    /// <summary>Compares an output with its reference. NaN must meet NaN and an infinity the same infinity.</summary>
    /// <param name="got">The elements.</param>
    /// <param name="expected">Their reference.</param>
    /// <param name="scale">The magnitudes that their rounding errors grow from; empty for those of the reference.</param>
    /// <param name="floor">Added to each magnitude.</param>
    /// <param name="tolerance">The largest error.</param>
    /// <param name="first">The place of the first element in the output.</param>
    public static CaseError Measure<T>(ReadOnlySpan<T> got, ReadOnlySpan<double> expected, ReadOnlySpan<double> scale, double floor, double tolerance, long first = 0) where T : unmanaged
    {
        if (got.Length != expected.Length)
        {
            return new CaseError(double.PositiveInfinity, $"{got.Length} elements instead of {expected.Length}");
        }

        var worst = 0.0;
        for (var i = 0; i < got.Length; i++)
        {
            var (actual, wanted) = (CaseElement.ToDouble(got[i]), expected[i]);
            var rounded = CaseElement.Round<T>(wanted);
            if (double.IsNaN(rounded) && double.IsNaN(actual))
            {
                continue;
            }

            if (!double.IsFinite(actual) || !double.IsFinite(wanted))
            {
                // A finite result next to the largest number may round either way.
                var edge = double.IsInfinity(rounded) != double.IsInfinity(actual) && NearOverflow<T>(wanted, tolerance);
                if (actual == rounded || edge)
                {
                    continue;
                }

                return new CaseError(double.PositiveInfinity, $"element {first + i} is {actual}, expected {wanted}");
            }

            var error = Math.Abs(actual - wanted) / (Math.Max(scale.IsEmpty ? Math.Abs(wanted) : scale[i], 0) + floor);
            if (actual == rounded)
            {
                error = Math.Min(error, tolerance);
            }

            if (!(error <= tolerance))
            {
                return new CaseError(error, $"element {first + i} is {actual:G9}, expected {wanted:G9}: error {error:G3} over {tolerance:G3}");
            }

            worst = Math.Max(worst, error);
        }

        return new CaseError(worst, null);
    }

    /// <summary>The same for a whole output, on all threads where it is large: of the parts the worst, or the first that fails.</summary>
    internal static CaseError MeasureAll<T>(T[] got, double[] expected, double[] scale, double floor, double tolerance) where T : unmanaged
    {
        if (got.Length != expected.Length)
        {
            return Measure<T>(got, expected, scale, floor, tolerance);
        }

        var worst = new CaseError(0, null);
        var (turn, place) = (new Lock(), int.MaxValue);
        WideReference.ForParts(got.Length, (start, end) =>
        {
            var part = Measure<T>(got.AsSpan(start..end), expected.AsSpan(start..end), scale.Length == 0 ? [] : scale.AsSpan(start..end), floor, tolerance, start);
            lock (turn)
            {
                if (part.Failure is not null ? start < place : worst.Failure is null && part.Error > worst.Error)
                {
                    (worst, place) = (part, part.Failure is null ? place : start);
                }
            }
        });
        return worst;
    }

    private static bool NearOverflow<T>(double wanted, double tolerance) where T : unmanaged
    {
        double largest = ElementType<T>.Kind switch
        {
            ElementKind.Float32 => float.MaxValue,
            ElementKind.Float64 => double.MaxValue,
            ElementKind.Float16 => (double)Half.MaxValue,
            ElementKind.BFloat16 => (double)(float)BFloat16.MaxValue,
            _ => double.PositiveInfinity,
        };
        return double.IsFinite(wanted) && Math.Abs(Math.Abs(wanted) / largest - 1) <= Math.Max(tolerance * 4, 1e-12);
    }
}
