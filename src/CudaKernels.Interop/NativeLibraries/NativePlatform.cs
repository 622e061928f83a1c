namespace CudaKernels.Interop;

/// <summary>What a search needs from the operating system, apart so that both systems can be tested on one.</summary>
internal abstract class NativePlatform
{
    /// <summary>True for the file names and folders of Windows, false for those of Linux.</summary>
    public abstract bool IsWindows { get; }

    /// <summary>True on a 64-bit ARM machine, false on x86-64.</summary>
    public abstract bool IsArm64 { get; }

    /// <summary>The folder of the running program.</summary>
    public abstract string ApplicationFolder { get; }

    /// <summary>The system folder where the Linux folders are looked up; empty on a real system.</summary>
    public virtual string SystemRoot => string.Empty;

    /// <summary>The character between the entries of a list of paths.</summary>
    public char ListSeparator => IsWindows ? ';' : ':';

    /// <summary>The value of an environment variable, or null.</summary>
    public abstract string? GetVariable(string name);

    /// <summary>True when a file is there; a broken link is not.</summary>
    public virtual bool FileExists(string path) => File.Exists(path);

    /// <summary>True when a folder is there.</summary>
    public virtual bool FolderExists(string path) => Directory.Exists(path);

    /// <summary>The full paths of the files in a folder that match a pattern, sorted; none when the folder cannot be read.</summary>
    public virtual IReadOnlyList<string> ListFiles(string folder, string pattern) => List(folder, pattern, Directory.GetFiles);

    /// <summary>The full paths of the folders in a folder that match a pattern, sorted; none when the folder cannot be read.</summary>
    public virtual IReadOnlyList<string> ListFolders(string folder, string pattern) => List(folder, pattern, Directory.GetDirectories);

    /// <summary>Loads a library by its path, or by its bare name through the system's own search.</summary>
    /// <param name="path">The path or name.</param>
    /// <param name="reason">Why it did not load.</param>
    /// <returns>The handle, or 0. It is never closed.</returns>
    public abstract nint Load(string path, out string? reason);

    /// <summary>The address of an exported function, or 0.</summary>
    public abstract nint FindExport(nint library, string symbol);

    /// <summary>The file that a loaded function comes from, or null when the system does not tell.</summary>
    public abstract string? FileOf(nint address);

    private static string[] List(string folder, string pattern, Func<string, string, string[]> list)
    {
        if (!Directory.Exists(folder))
            return [];
        try
        {
            string[] paths = list(folder, pattern);
            Array.Sort(paths, StringComparer.Ordinal);
            return paths;
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            // A folder that this user may not read holds nothing that this process could load.
            return [];
        }
    }
}
