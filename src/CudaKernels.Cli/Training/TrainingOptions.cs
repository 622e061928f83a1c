using CudaKernels.Networks;

namespace CudaKernels.Cli.Training;

/// <summary>What <c>train</c> was asked for.</summary>
internal sealed record TrainingOptions : ICheckpointed
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

    /// <summary>Whether the images to train on are shifted and mirrored at random.</summary>
    public bool Augment { get; init; }

    /// <summary>Whether the trained network is also tried with 8-bit integers.</summary>
    public bool Quantize { get; init; }

    public int Seed { get; init; }

    /// <summary>The recurrent layer: rnn, gru or lstm.</summary>
    public string Cell { get; init; } = "lstm";

    /// <summary>Whether a CUDA device replays a step as a graph.</summary>
    public bool UsesGraph { get; init; }

    /// <summary>Whether a classifier says what the generated images show.</summary>
    public bool Judge { get; init; }

    public string? Output { get; init; }

    public bool Resume { get; init; }

    public bool Json { get; init; }

    /// <summary>Names what a resumed run must have in common with the first. The width and the precision show in the tensors.</summary>
    public void Describe(CheckpointState state)
    {
        state.AddSetting("data", Data is null ? "shipped" : "own");
        state.AddSetting("samples", $"{Samples}");
        state.AddSetting("batch-size", $"{BatchSize}");
        state.AddSetting("augment", $"{Augment}");
        state.AddSetting("seed", $"{Seed}");

        // The learning rate falls to 0 at the last step, so another number of epochs is another training from its first step on.
        state.AddSetting("epochs", $"{Epochs}");
        state.AddSetting("steps", $"{Steps}");
    }
}
