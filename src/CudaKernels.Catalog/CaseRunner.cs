namespace CudaKernels.Catalog;

/// <summary>The outcome of the cases of one operation, element type and variant.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Kind">The element type.</param>
/// <param name="Variant">The variant, empty for the only one.</param>
/// <param name="Cases">How many shapes were run.</param>
/// <param name="MaxError">The largest error.</param>
/// <param name="Tolerance">The promised one.</param>
/// <param name="Failure">The first failure, or null.</param>
public sealed record CaseResult(OpCase Operation, ElementKind Kind, string Variant, int Cases, double MaxError, double Tolerance, string? Failure)
{
    /// <summary>Whether every case was within tolerance.</summary>
    public bool Passed => Failure is null;
}

/// <summary>Runs the cases of an operation on a device against the float64 reference.</summary>
public static class CaseRunner
{
    /// <summary>Runs up to <paramref name="cases"/> shapes of one operation, element type and variant.</summary>
    /// <param name="device">The device.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="kind">The element type.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="seed">Of the random inputs.</param>
    /// <param name="cases">The most shapes.</param>
    /// <param name="where">Which shapes; null for all.</param>
    public static CaseResult Check(ComputeDevice device, OpCase operation, ElementKind kind, string variant, int seed = 0, int cases = int.MaxValue, Func<CaseShape, bool>? where = null)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var tolerance = operation.ToleranceOf(kind, variant);
        var (count, worst) = (0, 0.0);
        foreach (var shape in operation.ShapesOf(variant).Where(where ?? (_ => true)).Take(cases))
        {
            count++;
            var error = CheckShape(device, operation, kind, variant, shape, seed + count);
            if (error.Failure is not null)
            {
                return new CaseResult(operation, kind, variant, count, error.Error, tolerance, $"{shape}: {error.Failure}");
            }

            worst = Math.Max(worst, error.Error);
        }

        return new CaseResult(operation, kind, variant, count, worst, tolerance, null);
    }

    /// <summary>Runs one shape.</summary>
    /// <param name="device">The device.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="kind">The element type.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="seed">Of the random inputs.</param>
    public static CaseError CheckShape(ComputeDevice device, OpCase operation, ElementKind kind, string variant, CaseShape shape, int seed)
    {
        ArgumentNullException.ThrowIfNull(operation);
        using var inputs = new CaseInputs(device, shape, variant, seed, specials: true);
        try
        {
            var plan = operation.Plan(kind, inputs);
            plan.RunAll();
            return plan.Verify(kind, operation.ToleranceOf(kind, variant)).Error;
        }
        catch (CudaException exception)
        {
            return new CaseError(double.PositiveInfinity, exception.Message);
        }
    }
}
