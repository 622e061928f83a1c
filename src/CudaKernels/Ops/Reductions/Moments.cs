namespace CudaKernels;

/// <summary>The count, the mean and the sum of squared deviations from the mean of some elements.</summary>
internal readonly record struct Moments(double Count, double Mean, double Deviations)
{
    /// <summary>The moments of two parts together (Chan, Golub and LeVeque 1979).</summary>
    public static Moments Join(Moments a, Moments b)
    {
        if (b.Count == 0)
        {
            return a;
        }

        var count = a.Count + b.Count;
        var (weight, step) = (b.Count / count, b.Mean - a.Mean);
        return new Moments(count, a.Mean + (step * weight), a.Deviations + b.Deviations + (step * step * a.Count * weight));
    }
}
