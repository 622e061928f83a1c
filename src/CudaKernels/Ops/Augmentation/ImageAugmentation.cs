namespace CudaKernels;

/// <summary>What becomes of images before a network takes them: by default nothing but their bytes divided by 255. Immutable.</summary>
/// <remarks>
/// The operation <c>AugmentImages</c> gives the order and the formula. What is drawn for an image follows from a position of Philox and the
/// number of the sample alone.
/// </remarks>
public sealed record ImageAugmentation
{
    /// <summary>The most channels of an image.</summary>
    public const int MaxChannels = 8;

    /// <summary>The mean of each channel in the data, of values in [0, 1]; one for all or one for each. 0 by default.</summary>
    /// <exception cref="ArgumentException">There is none, or one is not finite.</exception>
    public IReadOnlyList<float> Mean
    {
        get;
        init => field = Each(value, float.IsFinite, "finite", nameof(Mean));
    }

    = [0];

    /// <summary>The standard deviation of each channel, by which it is divided; one for all or one for each. 1 by default.</summary>
    /// <exception cref="ArgumentException">There is none, or one is not above 0 and finite.</exception>
    public IReadOnlyList<float> Deviation
    {
        get;
        init => field = Each(value, deviation => deviation > 0 && float.IsFinite(deviation), "above 0 and finite", nameof(Deviation));
    }

    = [1];

    /// <summary>The width of the border of zeros around the image, before the window is laid in it. 0 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Padding
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Padding));
            field = value;
        }
    }

    /// <summary>Whether the window lies at random in the bordered image, every place as likely, or in the middle (a half pixel is rounded up and left). In the middle by default.</summary>
    public bool RandomCrop { get; init; }

    /// <summary>The probability of mirroring an image left to right; kept as the nearest multiple of 2⁻³². 0 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside [0, 1].</exception>
    public double FlipProbability
    {
        get;
        init => field = Within(value, 1, nameof(FlipProbability));
    }

    /// <summary>The largest angle, in degrees, by which an image is turned to either side. 0 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside [0, 180].</exception>
    public double MaxRotation
    {
        get;
        init => field = Within(value, 180, nameof(MaxRotation));
    }

    /// <summary>How far the factor of the values may be from 1. 0 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside [0, 1].</exception>
    public double Brightness
    {
        get;
        init => field = Within(value, 1, nameof(Brightness));
    }

    /// <summary>How far the factor of the values' distance from <see cref="Mean"/> may be from 1. 0 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside [0, 1].</exception>
    public double Contrast
    {
        get;
        init => field = Within(value, 1, nameof(Contrast));
    }

    /// <summary>The form for a test: the same border, mean and deviation, the window in the middle, nothing at random.</summary>
    public ImageAugmentation ForTest() => new() { Mean = Mean, Deviation = Deviation, Padding = Padding };

    /// <summary>Whether all options are the same, the means and deviations one by one.</summary>
    public bool Equals(ImageAugmentation? other) => other is not null
        && Mean.SequenceEqual(other.Mean)
        && Deviation.SequenceEqual(other.Deviation)
        && (Padding, RandomCrop, FlipProbability, MaxRotation, Brightness, Contrast)
            == (other.Padding, other.RandomCrop, other.FlipProbability, other.MaxRotation, other.Brightness, other.Contrast);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mean.Count, Mean[0], Padding, RandomCrop, FlipProbability, MaxRotation, Brightness, Contrast);

    private static double Within(double value, double most, string name) => value >= 0 && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"the value lies in [0, {most}]");

    private static float[] Each(IReadOnlyList<float> values, Predicate<float> holds, string what, string name)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        float[] copy = [.. values];
        return copy.Length > 0 && Array.TrueForAll(copy, holds)
            ? copy
            : throw new ArgumentException($"there is at least one value and each is {what}, got [{string.Join(", ", copy)}]", name);
    }
}
