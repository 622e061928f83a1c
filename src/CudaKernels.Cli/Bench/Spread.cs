namespace CudaKernels.Cli.Bench;

/// <summary>How long something took, over all samples, in milliseconds.</summary>
/// <param name="Median">The middle one.</param>
/// <param name="Low">The 10th percentile.</param>
/// <param name="High">The 90th percentile.</param>
/// <param name="Samples">How many there were.</param>
internal readonly record struct Spread(double Median, double Low, double High, int Samples)
{
    /// <summary>Of some samples, at least one.</summary>
    public static Spread Of(IReadOnlyCollection<double> samples)
    {
        var sorted = samples.Order().ToArray();
        return new Spread(Middle(sorted), sorted[Rank(0.1)], sorted[Rank(0.9)], sorted.Length);

        int Rank(double share) => (int)Math.Round(share * (sorted.Length - 1), MidpointRounding.AwayFromZero);
    }

    /// <summary>The middle value, or the mean of the two in the middle; of some values, at least one.</summary>
    public static double MedianOf(IEnumerable<double> values) => Middle([.. values.Order()]);

    /// <summary>A time as people write it.</summary>
    public static string Text(double milliseconds) => milliseconds switch
    {
        < 1 => $"{milliseconds * 1000:G4} µs",
        < 1000 => $"{milliseconds:G4} ms",
        _ => $"{milliseconds / 1000:G4} s",
    };

    private static double Middle(double[] sorted)
    {
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
