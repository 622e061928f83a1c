namespace CudaKernels;

/// <summary>A file that takes its name, and the place of an older one, only once it is whole.</summary>
internal sealed class UnfinishedFile : IDisposable
{
    private readonly string _path;
    private readonly string _unfinished;

    /// <summary>Makes a file of another name in the same folder.</summary>
    public UnfinishedFile(string path)
    {
        _path = path;
        _unfinished = $"{path}.{Guid.NewGuid():n}.part";
        Stream = new FileStream(_unfinished, FileMode.CreateNew, FileAccess.Write);
    }

    /// <summary>Takes the content.</summary>
    public FileStream Stream { get; }

    /// <summary>Has the content written to the disk, then gives the file its name.</summary>
    public void Complete()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_unfinished, _path, overwrite: true);
    }

    /// <summary>Deletes the file unless it was completed.</summary>
    public void Dispose()
    {
        Stream.Dispose();
        File.Delete(_unfinished);
    }
}
