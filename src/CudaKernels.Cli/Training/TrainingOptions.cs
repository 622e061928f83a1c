namespace CudaKernels.Cli.Training;

/// <summary>What <c>train</c> was asked for.</summary>
internal sealed record TrainingOptions
{
    public required string Device { get; init; }

    /// <summary>Whether the software device watches every access to memory.</summary>
    public bool Sanitize { get; init; }

    public string? Data { get; init; }

    public int? Epochs { get; init; }

    public int? Steps { get; init; }

    public int? Samples { get; init; }

    public int BatchSize { get; init; }

    public double Width { get; init; }

    public int Seed { get; init; }

    public string? Output { get; init; }

    public bool Json { get; init; }
}
