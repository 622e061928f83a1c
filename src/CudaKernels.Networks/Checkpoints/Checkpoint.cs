namespace CudaKernels.Networks;

/// <summary>Where a state was restored from.</summary>
/// <param name="Path">The file: the newest checkpoint, or the one before it.</param>
/// <param name="Refusal">Why the newest one was not used; null where it was.</param>
public sealed record CheckpointSource(string Path, string? Refusal);

/// <summary>
/// Saves the state of a training to one file and restores it: parameters, an optimizer's moments and step count, counters. A training that
/// goes on from a checkpoint on the device that made it equals one that was never interrupted, bit for bit.
/// </summary>
/// <remarks>
/// <para>The file is of the safetensors format, so other tools read its tensors, and holds its own SHA-256. It is written under another name
/// (<c>.part</c>), put on the disk, then renamed: whenever the process ends, the newest checkpoint is a whole one. The one before it is kept
/// beside it (<see cref="PreviousSuffix"/>) and takes its place where it is damaged later.</para>
/// <para>One process at a time may save to a path.</para>
/// </remarks>
/// <example>
/// <code>
/// using var trainer = new ClassifierTrainer&lt;float&gt;(device, network);
/// if (Checkpoint.Exists("run/mlp.safetensors"))
///     Checkpoint.Load("run/mlp.safetensors", trainer);
/// while (trainer.EpochCount &lt; 10)
/// {
///     foreach (var step in trainer.TrainEpoch(data, batchSize: 64))
///         Console.WriteLine(step.Loss);
///     Checkpoint.Save("run/mlp.safetensors", trainer);
/// }
/// </code>
/// </example>
public static class Checkpoint
{
    /// <summary>What the name of the checkpoint before the newest ends with.</summary>
    public const string PreviousSuffix = ".previous";

    private const string UnfinishedSuffix = ".part";

    /// <summary>Whether there is a checkpoint, whole or not, or one before it.</summary>
    public static bool Exists(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return File.Exists(path) || File.Exists(path + PreviousSuffix);
    }

    /// <summary>Saves a state. The newest checkpoint becomes the previous one if it is whole (it is read to see that), else it is replaced.</summary>
    /// <param name="path">The file; folders above it are made where they are missing.</param>
    /// <param name="parts">What has the state: a trainer, or a network and its optimizer, and whatever else implements <see cref="ICheckpointed"/>.</param>
    /// <exception cref="ArgumentException">Two pieces of the state have the same name: layers need names of their own.</exception>
    public static void Save(string path, params ReadOnlySpan<ICheckpointed> parts)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var content = new CheckpointState(parts).Collect();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var unfinished = path + UnfinishedSuffix;
        try
        {
            CheckpointFile.Write(unfinished, content);

            // Replace gives the newest its second name before the new one takes the first: at no moment is there none.
            if (IsWhole(path))
            {
                File.Replace(unfinished, path, path + PreviousSuffix, ignoreMetadataErrors: true);
            }
            else
            {
                File.Move(unfinished, path, overwrite: true);
            }
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Restores a state from the newest checkpoint or, where that one is missing or damaged, from the one before it.</summary>
    /// <param name="path">The file that was given to <see cref="Save"/>.</param>
    /// <param name="parts">What gets the state. It may be less than was saved: a network alone takes its parameters from the checkpoint of a trainer.</param>
    /// <returns>The file that was used, and why the newest was not.</returns>
    /// <exception cref="FileNotFoundException">There is neither.</exception>
    /// <exception cref="InvalidDataException">Both are damaged; or the checkpoint, though whole, is of another network, optimizer or setting. Nothing was changed.</exception>
    public static CheckpointSource Load(string path, params ReadOnlySpan<ICheckpointed> parts)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Exists(path))
        {
            throw new FileNotFoundException($"there is no checkpoint {path}", path);
        }

        var state = new CheckpointState(parts);
        using var file = Open(path, out var refusal);
        state.Restore(file);
        return new CheckpointSource(file.Path, refusal);
    }

    /// <summary>Deletes the newest checkpoint, the one before it, and what an interrupted <see cref="Save"/> left; none need exist.</summary>
    public static void Delete(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        foreach (var suffix in (ReadOnlySpan<string>)["", PreviousSuffix, UnfinishedSuffix])
        {
            if (File.Exists(path + suffix))
            {
                File.Delete(path + suffix);
            }
        }
    }

    private static SafetensorsFile Open(string path, out string? refusal)
    {
        try
        {
            refusal = null;
            return CheckpointFile.Open(path);
        }
        catch (Exception newest) when (newest is InvalidDataException or FileNotFoundException && File.Exists(path + PreviousSuffix))
        {
            refusal = newest.Message;
            return OpenPrevious(path + PreviousSuffix, newest);
        }
    }

    private static SafetensorsFile OpenPrevious(string path, Exception newest)
    {
        try
        {
            return CheckpointFile.Open(path);
        }
        catch (InvalidDataException previous)
        {
            throw new InvalidDataException($"no checkpoint is whole: {newest.Message}; {previous.Message}", previous);
        }
    }

    private static bool IsWhole(string path)
    {
        try
        {
            CheckpointFile.Open(path).Dispose();
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException)
        {
            return false;
        }
    }
}
