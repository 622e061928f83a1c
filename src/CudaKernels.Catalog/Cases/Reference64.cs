namespace CudaKernels.Catalog.Cases;

/// <summary>Functions that the framework lacks, in float64: slow and plain, and independent of the library's own.</summary>
internal static class Reference64
{
    /// <summary>erf x by its series of positive terms, 2/√π·e^(-x²)·Σ 2ⁿx²ⁿ⁺¹ / (1·3·…·(2n+1)); ±1 from |x| = 6 on.</summary>
    public static double Erf(double x)
    {
        if (Math.Abs(x) >= 6)
        {
            return Math.Sign(x);
        }

        var (term, sum) = (x, x);
        for (var n = 1; Math.Abs(term) > Math.Abs(sum) * 1e-18; n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary>The mean, whose sum is compensated (Neumaier 1974): that of thousands of numbers one after the other would be less exact than what it judges.</summary>
    public static double Mean(IEnumerable<double> numbers)
    {
        double sum = 0, lost = 0;
        long count = 0;
        foreach (var number in numbers)
        {
            var next = sum + number;
            lost += Math.Abs(sum) >= Math.Abs(number) ? sum - next + number : number - next + sum;
            sum = next;
            count++;
        }

        return (double.IsFinite(sum) ? sum + lost : sum) / count;
    }

    /// <summary>The distribution function of the standard normal.</summary>
    public static double NormalDistribution(double x) => (1 + Erf(x / Math.Sqrt(2))) / 2;

    /// <summary>√(2/π)·(x + 0.044715·x³).</summary>
    public static double GeluTanhArgument(double x) => Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x));

    /// <summary>eˣ - 1 = 2·e^(x/2)·sinh(x/2), which loses nothing around 0.</summary>
    public static double ExpM1(double x) => Math.Abs(x) > 700 ? Math.Exp(x) - 1 : 2 * Math.Exp(x / 2) * Math.Sinh(x / 2);

    /// <summary>ln(1 + x) = 2·artanh(x / (2 + x)), which loses nothing around 0; from 1 on the sum loses nothing, and below -1 it is negative.</summary>
    public static double LogP1(double x) => x is >= 1 or < -1 ? Math.Log(1 + x) : 2 * Math.Atanh(x / (2 + x));
}
