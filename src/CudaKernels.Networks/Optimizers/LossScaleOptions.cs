namespace CudaKernels.Networks;

/// <summary>How the scale of a loss follows its gradients (Micikevicius et al. 2018).</summary>
public sealed record LossScaleOptions
{
    /// <summary>The first scale, above 0. Default: 65536.</summary>
    public double InitialScale { get; init => field = RequireAbove(value, 0, nameof(InitialScale)); } = 65536;

    /// <summary>What the scale is multiplied by after <see cref="GrowthInterval"/> steps without overflow, above 1. Default: 2.</summary>
    public double GrowthFactor { get; init => field = RequireAbove(value, 1, nameof(GrowthFactor)); } = 2;

    /// <summary>What the scale is multiplied by after an overflow, in (0, 1). Default: 0.5.</summary>
    public double BackoffFactor { get; init => field = value is > 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(BackoffFactor), value, "the value lies in (0, 1)"); } = 0.5;

    /// <summary>The steps without overflow after which the scale grows, 1 or more. Default: 2000.</summary>
    public int GrowthInterval { get; init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(GrowthInterval), value, "at least one step is needed"); } = 2000;

    /// <summary>The scale that no overflow goes below, above 0. Default: 1.</summary>
    public double MinimumScale { get; init => field = RequireAbove(value, 0, nameof(MinimumScale)); } = 1;

    private static double RequireAbove(double value, double bound, string name) =>
        value > bound && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, $"a finite number above {bound} is needed");
}
