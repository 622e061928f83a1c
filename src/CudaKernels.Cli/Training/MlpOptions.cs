namespace CudaKernels.Cli.Training;

/// <summary>What <c>train mlp</c> was asked for.</summary>
internal sealed record MlpOptions
{
    public required string Device { get; init; }

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
