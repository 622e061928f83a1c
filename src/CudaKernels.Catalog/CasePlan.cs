using System.Runtime.InteropServices;

namespace CudaKernels.Catalog;

/// <summary>One run of an operation: what to call, what must come out, and what it moves.</summary>
public sealed class CasePlan
{
    private readonly List<Func<ElementKind, double, CaseError>> _expectations = [];

    private Action? _also;

    /// <param name="run">Calls the operation once; may be called again and again by a bench.</param>
    /// <param name="bytes">The fewest bytes that the operation must read and write.</param>
    /// <param name="flops">The floating-point operations of the textbook form.</param>
    public CasePlan(Action run, double bytes, double flops = 0) => (Run, Bytes, Flops) = (run, bytes, flops);

    /// <summary>Calls the operation once.</summary>
    public Action Run { get; }

    /// <summary>The fewest bytes that the operation must read and write.</summary>
    public double Bytes { get; }

    /// <summary>The floating-point operations of the textbook form.</summary>
    public double Flops { get; }

    /// <summary>Adds a call that a check makes and a bench does not: another form of the operation.</summary>
    public CasePlan Also(Action call)
    {
        _also += call;
        return this;
    }

    /// <summary>Calls every form of the operation once.</summary>
    public void RunAll()
    {
        Run();
        _also?.Invoke();
    }

    /// <summary>Adds an output and its float64 reference, which is computed only when it is checked.</summary>
    /// <param name="output">The tensor that the run writes.</param>
    /// <param name="reference">The expected elements in row-major order, before rounding to the element type.</param>
    /// <param name="floor">Errors are relative to |expected| + floor. 1 suits values around 1 that cross zero; smaller is stricter.</param>
    /// <param name="scale">The magnitude that the rounding errors of each element grow from (such as Σ|aᵢbᵢ| of a product); null takes |expected|.</param>
    public CasePlan Expect<T>(DeviceTensor<T> output, Func<double[]> reference, double floor = 1, Func<double[]>? scale = null) where T : unmanaged
    {
        _expectations.Add((kind, tolerance) => CaseError.Measure(output.ToArray(), reference(), scale?.Invoke(), floor, ElementType<T>.Kind == kind ? tolerance : ElementTypes.Floating.Contains(ElementType<T>.Kind) ? tolerance : 0));
        return this;
    }

    /// <summary>Adds an output that must be that of another call to the last bit.</summary>
    /// <param name="output">The tensor that the run writes.</param>
    /// <param name="other">What the other call writes.</param>
    public CasePlan ExpectSameBits<T>(DeviceTensor<T> output, DeviceTensor<T> other) where T : unmanaged
    {
        _expectations.Add((_, _) =>
        {
            var (got, expected) = (output.ToArray(), other.ToArray());
            ReadOnlySpan<byte> gotBytes = MemoryMarshal.AsBytes<T>(got), expectedBytes = MemoryMarshal.AsBytes<T>(expected);
            if (gotBytes.SequenceEqual(expectedBytes))
            {
                return new CaseError(0, null);
            }

            var place = gotBytes.CommonPrefixLength(expectedBytes) / ElementType<T>.Size;
            return new CaseError(double.PositiveInfinity, $"element {place} is {got[place]}, the other form made {expected[place]}");
        });
        return this;
    }

    /// <summary>Checks every output; the worst error is given back.</summary>
    public CaseError Verify(ElementKind kind, double tolerance)
    {
        var worst = new CaseError(0, null);
        foreach (var expectation in _expectations)
        {
            var error = expectation(kind, tolerance);
            if (error.Failure is not null)
            {
                return error;
            }

            worst = error.Error > worst.Error ? error : worst;
        }

        return worst;
    }
}

/// <summary>How far an output is from its reference.</summary>
/// <param name="Error">The largest |got − expected| / (scale + floor), where scale is |expected| unless the case knows better.</param>
/// <param name="Failure">What is wrong, or null: an element out of tolerance, or a NaN or infinity on one side only.</param>
public readonly record struct CaseError(double Error, string? Failure)
{
    /// <summary>Compares an output with its reference. NaN must meet NaN and an infinity the same infinity.</summary>
    public static CaseError Measure<T>(T[] got, double[] expected, double[]? scale, double floor, double tolerance) where T : unmanaged
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

                return new CaseError(double.PositiveInfinity, $"element {i} is {actual}, expected {wanted}");
            }

            var error = Math.Abs(actual - wanted) / (Math.Max(scale?[i] ?? Math.Abs(wanted), 0) + floor);
            if (actual == rounded)
            {
                error = Math.Min(error, tolerance);
            }

            if (!(error <= tolerance))
            {
                return new CaseError(error, $"element {i} is {actual:G9}, expected {wanted:G9}: error {error:G3} over {tolerance:G3}");
            }

            worst = Math.Max(worst, error);
        }

        return new CaseError(worst, null);
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
