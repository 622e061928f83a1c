namespace CudaKernels;

/// <summary>The settings of a batch normalisation (Ioffe and Szegedy 2015). Immutable.</summary>
public sealed record BatchNormOptions
{
    /// <summary>ε = 1e-5, momentum 0.1, channels first.</summary>
    public static BatchNormOptions Default { get; } = new();

    /// <summary>Added to the variance. 1e-5 by default.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>How far the running statistics move towards those of a batch, in [0, 1]. 0.1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside [0, 1].</exception>
    public double Momentum
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Momentum), value, "a momentum lies in [0, 1]");
    }

    = 0.1;

    /// <summary>Whether the channels are dimension 1 (the default) or the last one.</summary>
    public ImageLayout Layout { get; init; }
}
