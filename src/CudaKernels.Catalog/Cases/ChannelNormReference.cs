namespace CudaKernels.Catalog.Cases;

/// <summary>The normalisations of images by channels in float64, from their definition: each element belongs to a channel, and to a set that shares a mean and a variance.</summary>
internal sealed class ChannelNormReference
{
    private readonly int[] _channel, _set;
    private readonly int _channels;

    /// <param name="x">The elements.</param>
    /// <param name="channels">How many channels there are.</param>
    /// <param name="spatial">Elements of a channel in an image.</param>
    /// <param name="isLast">Whether the channels are the last dimension.</param>
    /// <param name="groups">Sets of each image; 0 for one set per channel over all images.</param>
    public ChannelNormReference(double[] x, int channels, int spatial, bool isLast, int groups)
    {
        _channels = channels;
        _channel = [.. x.Select((_, i) => isLast ? i % channels : i / spatial % channels)];
        _set = [.. _channel.Select((channel, i) => groups == 0 ? channel : (i / (channels * spatial) * groups) + (channel / (channels / groups)))];
        var images = x.Length == 0 ? 0 : x.Length / (channels * spatial);
        var sets = groups == 0 ? channels : images * groups;
        Count = x.Length == 0 ? 0 : x.Length / sets;
        Mean = [.. Sums(_set, sets, x).Select(sum => sum / Count)];
        Variance = [.. Sums(_set, sets, [.. x.Select((value, i) => Square(value - Mean[_set[i]]))]).Select(sum => sum / Count)];
        Scale = [.. Variance.Select(variance => 1 / Math.Sqrt(variance + 1e-5))];
        Normalized = [.. x.Select((value, i) => (value - Mean[_set[i]]) * Scale[_set[i]])];
    }

    /// <summary>Elements of each set.</summary>
    public int Count { get; }

    /// <summary>The mean of each set.</summary>
    public double[] Mean { get; }

    /// <summary>The variance (1/n) of each set.</summary>
    public double[] Variance { get; }

    /// <summary>1 / √(variance + 1e-5) of each set.</summary>
    public double[] Scale { get; }

    /// <summary>The elements before gamma and beta.</summary>
    public double[] Normalized { get; }

    public double[] Forward(double[] gamma, double[] beta) => [.. Normalized.Select((value, i) => (value * gamma[_channel[i]]) + beta[_channel[i]])];

    /// <summary>f of each element and its channel.</summary>
    public double[] Map(double[] x, Func<double, int, double> f) => [.. x.Select((value, i) => f(value, _channel[i]))];

    /// <summary>dx, and the sum of the magnitudes of what is added up for it.</summary>
    public (double[] Values, double[] Magnitudes) Gradient(double[] dy, double[] gamma)
    {
        var g = dy.Select((value, i) => value * gamma[_channel[i]]).ToArray();
        var products = g.Zip(Normalized, (a, b) => a * b).ToArray();
        var (sums, slopes) = (Means(g), Means(products));
        var (allSums, allSlopes) = (Means([.. g.Select(Math.Abs)]), Means([.. products.Select(Math.Abs)]));
        return (
            [.. g.Select((value, i) => (value - sums[_set[i]] - (Normalized[i] * slopes[_set[i]])) * Scale[_set[i]])],
            [.. g.Select((value, i) => (Math.Abs(value) + allSums[_set[i]] + Math.Abs(Normalized[i] * allSlopes[_set[i]])) * Scale[_set[i]])]);
    }

    /// <summary>Σ dy·x̂ of each channel, or with <paramref name="magnitude"/> the sum of the magnitudes.</summary>
    public double[] GammaGradient(double[] dy, bool magnitude = false) => Sums(_channel, _channels, [.. dy.Zip(Normalized, (a, b) => magnitude ? Math.Abs(a * b) : a * b)]);

    /// <summary>Σ dy of each channel, or with <paramref name="magnitude"/> the sum of the magnitudes.</summary>
    public double[] BetaGradient(double[] dy, bool magnitude = false) => Sums(_channel, _channels, [.. dy.Select(value => magnitude ? Math.Abs(value) : value)]);

    private double[] Means(double[] values) => [.. Sums(_set, Scale.Length, values).Select(sum => sum / Count)];

    private static double Square(double value) => value * value;

    private static double[] Sums(int[] owner, int owners, double[] values)
    {
        var sums = new double[owners];
        for (var i = 0; i < values.Length; i++)
        {
            sums[owner[i]] += values[i];
        }

        return sums;
    }
}
