using CudaKernels.Networks;

namespace CudaKernels.Cli.Training;

/// <summary>What <c>train mlp</c> was asked for.</summary>
internal sealed record MlpOptions : ICheckpointed
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

    public bool Resume { get; init; }

    public bool Json { get; init; }

    /// <summary>Names what a resumed run must have in common with the first. The width and the precision show in the tensors.</summary>
    public void Describe(CheckpointState state)
    {
        state.AddSetting("data", Data is null ? "shipped" : "folder");
        state.AddSetting("samples", $"{Samples}");
        state.AddSetting("batch-size", $"{BatchSize}");
        state.AddSetting("seed", $"{Seed}");

        // The learning rate falls to 0 at the last step, so another number of epochs is another training from its first step on.
        state.AddSetting("epochs", $"{Epochs}");
        state.AddSetting("steps", $"{Steps}");
    }
}
