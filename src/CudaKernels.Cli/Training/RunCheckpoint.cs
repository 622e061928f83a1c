using CudaKernels.Networks;

namespace CudaKernels.Cli.Training;

/// <summary>The checkpoint that a training keeps in its output folder, a new one after each epoch; nothing where there is no such folder.</summary>
internal sealed class RunCheckpoint
{
    private readonly string? _path;
    private readonly Func<int> _epochs;
    private readonly ICheckpointed[] _parts;

    /// <param name="folder">The output folder, or null.</param>
    /// <param name="network">Names the file.</param>
    /// <param name="epochs">Tells how many epochs the parts have behind them.</param>
    /// <param name="parts">What has state: the figures so far, the trainer, the settings of the run.</param>
    public RunCheckpoint(string? folder, string network, Func<int> epochs, params ReadOnlySpan<ICheckpointed> parts)
    {
        _path = folder is null ? null : Path.Combine(folder, $"{network}.safetensors");
        _epochs = epochs;
        _parts = parts.ToArray();
    }

    /// <summary>The file, where one is kept.</summary>
    public IReadOnlyList<string> Files => _path is null ? [] : [_path];

    /// <summary>Restores what the run of before left, or removes it.</summary>
    /// <param name="resume">Whether to go on with it. Where there is none, the run begins at the beginning: it may have been stopped before its first checkpoint.</param>
    public void Begin(bool resume)
    {
        if (_path is null)
        {
            return;
        }

        if (!resume)
        {
            Checkpoint.Delete(_path);
            return;
        }

        if (!Checkpoint.Exists(_path))
        {
            Console.Error.WriteLine($"cudakernels: there is no checkpoint {_path} yet: the training begins at its first epoch");
            return;
        }

        var source = Checkpoint.Load(_path, _parts);
        if (source.Refusal is { } refusal)
        {
            Console.Error.WriteLine($"cudakernels: {refusal}; the checkpoint before it is used");
        }

        Console.Error.WriteLine($"cudakernels: goes on after epoch {_epochs()} from {source.Path}");
    }

    /// <summary>Saves the state between two epochs.</summary>
    public void Save()
    {
        if (_path is not null)
        {
            Checkpoint.Save(_path, _parts);
        }
    }
}
