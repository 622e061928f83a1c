using System.Globalization;

namespace CudaKernels;

/// <summary>Compiled images on disk, shared by all processes of a user.</summary>
/// <remarks>
/// <para>A file is written under a temporary name in the same folder, flushed to the disk, then renamed: others see it whole or
/// not at all. Any damage, checked by SHA-256, is a miss; a write that fails is dropped. Neither ever fails a compilation;
/// both are counted in <see cref="Statistics"/>.</para>
/// <para>When the files together exceed the cap, those used longest ago are deleted.</para>
/// </remarks>
public sealed class KernelCache
{
    /// <summary>The cap when none is given: 1 GiB.</summary>
    public const long DefaultMaxBytes = 1L << 30;

    private const string ImageSuffix = ".image";
    private const string TemporarySuffix = ".tmp";
    private const string SubfolderName = "images";
    private static readonly TimeSpan s_abandonedAfter = TimeSpan.FromHours(1);
    private readonly Lock _gate = new();
    private KernelCacheStatistics _statistics;

    /// <summary>Uses a folder, which is made when first written to.</summary>
    /// <param name="folder">The cache folder; null for <see cref="DefaultFolder"/>. Images lie in its subfolder <c>images</c>.</param>
    /// <param name="maxBytes">The cap for all image files together, in bytes; an image larger than this is not kept.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBytes"/> is below 1.</exception>
    public KernelCache(string? folder = null, long maxBytes = DefaultMaxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        var root = folder ?? DefaultFolder;
        Folder = root is null ? null : Path.Combine(Path.GetFullPath(root), SubfolderName);
        MaxBytes = maxBytes;
    }

    /// <summary>
    /// The folder of this library's files: <c>CUDAKERNELS_CACHE</c>; else <c>LOCALAPPDATA\cudakernels</c> on Windows, and
    /// <c>XDG_CACHE_HOME/cudakernels</c> or <c>~/.cache/cudakernels</c> elsewhere. Null when none of these is set: nothing is kept then.
    /// </summary>
    public static string? DefaultFolder => FindFolder(Environment.GetEnvironmentVariable, OperatingSystem.IsWindows());

    /// <summary>Where the images lie; null when nothing is kept.</summary>
    public string? Folder { get; }

    /// <summary>The cap in bytes.</summary>
    public long MaxBytes { get; }

    /// <summary>Counts since this instance was made.</summary>
    public KernelCacheStatistics Statistics
    {
        get
        {
            lock (_gate)
                return _statistics;
        }
    }

    internal static string? FindFolder(Func<string, string?> environment, bool windows)
    {
        if (environment("CUDAKERNELS_CACHE") is { Length: > 0 } own)
            return own;
        if (windows)
            return environment("LOCALAPPDATA") is { Length: > 0 } local ? Path.Combine(local, "cudakernels") : null;
        // The XDG specification has relative paths ignored.
        if (environment("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg))
            return Path.Combine(xdg, "cudakernels");
        return environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".cache", "cudakernels") : null;
    }

    /// <summary>The image kept under a key, or null.</summary>
    internal CacheEntry? TryRead(string key)
    {
        if (Folder is null)
            return null;
        var path = PathOf(key);
        try
        {
            var entry = CacheEntry.Read(ReadAll(path), key);
            Count(statistics => statistics with { Hits = statistics.Hits + 1 });
            MarkUsed(path);
            return entry;
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            Count(statistics => statistics with { Misses = statistics.Misses + 1 });
            return null;
        }
        catch (Exception failure) when (IsCacheFailure(failure))
        {
            Count(statistics => statistics with
            {
                Misses = statistics.Misses + 1,
                FailedReads = statistics.FailedReads + 1,
                LastFailure = $"reading {path}: {failure.Message}",
            });
            return null;
        }
    }

    /// <summary>Keeps an image, replacing one of the same key.</summary>
    internal void Write(string key, CacheEntry entry)
    {
        if (Folder is null)
            return;
        var path = PathOf(key);
        var temporary = string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}{TemporarySuffix}");
        try
        {
            var bytes = entry.Write(key);
            if (bytes.Length > MaxBytes)
                throw new IOException($"the image takes {bytes.Length} bytes, more than the cap of {MaxBytes}");
            MakeFolders(Path.GetDirectoryName(path)!);
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            Count(statistics => statistics with { Writes = statistics.Writes + 1 });
        }
        catch (Exception failure) when (IsCacheFailure(failure))
        {
            Count(statistics => statistics with { DroppedWrites = statistics.DroppedWrites + 1, LastFailure = $"writing {path}: {failure.Message}" });
            if (File.Exists(temporary))
                TryDelete(temporary);
        }

        Trim();
    }

    /// <summary>Deletes the files used longest ago until the rest is under the cap, and temporary files that a dead process left.</summary>
    private void Trim()
    {
        try
        {
            var folder = new DirectoryInfo(Folder!);
            if (!folder.Exists)
                return;
            var now = DateTime.UtcNow;
            var images = new List<(string Path, long Length, DateTime Used)>();
            foreach (var file in folder.EnumerateFiles("*", SearchOption.AllDirectories))
            {
                if (file.Name.EndsWith(ImageSuffix, StringComparison.Ordinal) && LengthOf(file) is { } length)
                    images.Add((file.FullName, length, file.LastWriteTimeUtc));
                else if (file.Name.EndsWith(TemporarySuffix, StringComparison.Ordinal) && now - file.LastWriteTimeUtc > s_abandonedAfter)
                    TryDelete(file.FullName);
            }

            var total = images.Sum(file => file.Length);
            foreach (var file in images.OrderBy(file => file.Used))
            {
                if (total <= MaxBytes)
                    break;
                total -= file.Length;
                if (TryDelete(file.Path))
                    Count(statistics => statistics with { Evictions = statistics.Evictions + 1 });
            }
        }
        catch (Exception failure) when (IsCacheFailure(failure))
        {
            CountUpkeep("trimming " + Folder, failure);
        }
    }

    /// <summary>Null when another process has deleted the file since it was listed.</summary>
    private static long? LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private string PathOf(string key) => Path.Combine(Folder!, key[..2], key + ImageSuffix);

    private static byte[] ReadAll(string path)
    {
        // Delete is shared so that a writer on Windows can replace the file meanwhile.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        var bytes = new byte[checked((int)stream.Length)];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private void MarkUsed(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow); // access times are off or coarse on most systems
        }
        catch (Exception failure) when (IsCacheFailure(failure))
        {
            CountUpkeep("marking " + path, failure);
        }
    }

    private bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception failure) when (IsCacheFailure(failure))
        {
            CountUpkeep("deleting " + path, failure);
            return false;
        }
    }

    // Code is loaded from here: on Unix nobody else may write to it. The mode is only given to the last folder of a path.
    private void MakeFolders(string leaf)
    {
        foreach (var folder in (string[])[Path.GetDirectoryName(Folder)!, Folder!, leaf])
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static bool IsCacheFailure(Exception failure) =>
        failure is IOException or InvalidDataException or UnauthorizedAccessException or FormatException or ArgumentException or NotSupportedException or OverflowException or System.Security.SecurityException;

    private void CountUpkeep(string action, Exception failure) =>
        Count(statistics => statistics with { FailedUpkeep = statistics.FailedUpkeep + 1, LastFailure = $"{action}: {failure.Message}" });

    private void Count(Func<KernelCacheStatistics, KernelCacheStatistics> change)
    {
        lock (_gate)
            _statistics = change(_statistics);
    }
}
