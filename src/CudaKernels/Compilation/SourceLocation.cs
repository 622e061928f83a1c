namespace CudaKernels;

/// <summary>Where a source or a header was read from.</summary>
internal enum SourceLocationKind
{
    Memory,
    Disk,
    Embedded,
}

/// <summary>A place that relative includes start from: a full path on disk, a path below the embedded <c>kernels/</c>, or neither.</summary>
internal readonly record struct SourceLocation(SourceLocationKind Kind, string Path)
{
    public static SourceLocation InMemory { get; } = new(SourceLocationKind.Memory, "");

    public static SourceLocation OnDisk(string fullPath) => new(SourceLocationKind.Disk, fullPath);

    public static SourceLocation Embedded(string path) => new(SourceLocationKind.Embedded, path);

    /// <summary>The place that <paramref name="spelling"/> names when written in this file; null in memory, or above the embedded root.</summary>
    public SourceLocation? Beside(string spelling) => Kind switch
    {
        SourceLocationKind.Disk => OnDisk(System.IO.Path.GetFullPath(spelling, System.IO.Path.GetDirectoryName(Path)!)),
        SourceLocationKind.Embedded => Collapse(Path[..(Path.LastIndexOf('/') + 1)] + spelling) is { } path ? Embedded(path) : null,
        _ => null,
    };

    /// <summary>The text that stands there, or null where there is none.</summary>
    public string? Read() => Kind switch
    {
        SourceLocationKind.Disk => File.Exists(Path) ? File.ReadAllText(Path) : null,
        SourceLocationKind.Embedded => KernelSource.ReadResource(Path),
        _ => null,
    };

    public override string ToString() => Kind == SourceLocationKind.Embedded ? "embedded kernels/" + Path : Path;

    /// <summary>Removes <c>.</c> and <c>..</c> from a slash-separated path; null when it climbs above its root.</summary>
    internal static string? Collapse(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', '\\'))
        {
            if (part is "" or ".")
                continue;
            if (part != "..")
                parts.Add(part);
            else if (parts.Count == 0)
                return null;
            else
                parts.RemoveAt(parts.Count - 1);
        }

        return parts.Count == 0 ? null : string.Join('/', parts);
    }
}
