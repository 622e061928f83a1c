namespace CudaKernels.Networks;

/// <summary>How a <see cref="BatchLoader{T}"/> goes through the samples. Immutable.</summary>
public sealed record BatchLoaderOptions
{
    /// <summary>Samples of a batch. 64 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int BatchSize
    {
        get;
        init => field = AtLeastOne(value, nameof(BatchSize));
    }

    = 64;

    /// <summary>How many batches are made ready while the consumer works on one: its buffers are one more. 2 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int BatchesAhead
    {
        get;
        init => field = AtLeastOne(value, nameof(BatchesAhead));
    }

    = 2;

    /// <summary>How many samples of a batch are decoded at the same time. The batches do not depend on it. 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Workers
    {
        get;
        init => field = AtLeastOne(value, nameof(Workers));
    }

    = 1;

    /// <summary>Whether the samples come in the order of <see cref="EpochOrder"/>, or as they lie in the source. True by default.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Of the order, beside the number of the epoch. 0 by default.</summary>
    public int Seed { get; init; }

    /// <summary>Whether a last batch that is not full is left out, unless it is the only one. False by default.</summary>
    public bool DropLast { get; init; }

    private static int AtLeastOne(int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, name);
        return value;
    }
}
