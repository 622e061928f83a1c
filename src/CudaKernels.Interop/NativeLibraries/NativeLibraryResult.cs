using System.Text;

namespace CudaKernels.Interop;

/// <summary>The outcome of a search for one native library: the choice, and every place looked at with its reason.</summary>
public sealed class NativeLibraryResult
{
    private readonly NativeLibraryDescription _description;

    internal NativeLibraryResult(NativeLibraryDescription description, IReadOnlyList<NativeLibraryAttempt> tried, bool isWindows)
    {
        _description = description;
        Tried = tried;
        IsWindows = isWindows;
    }

    /// <summary>The library that was searched.</summary>
    public NativeLibraryKind Kind => _description.Kind;

    /// <summary>What people call the library, such as NVRTC.</summary>
    public string Name => _description.Title;

    /// <summary>True when a copy was found and loaded.</summary>
    public bool Found => Handle != 0;

    /// <summary>The file that was loaded, or null.</summary>
    public string? Path { get; internal init; }

    /// <summary>What the library says its version is, or null when it was not found or has no such function.</summary>
    public string? Version { get; internal init; }

    /// <summary>The CUDA major version in the file's name, or 0 where the name has none.</summary>
    public int Major { get; internal init; }

    /// <summary>Every place looked at, in order; the last one is the choice when one was found.</summary>
    public IReadOnlyList<NativeLibraryAttempt> Tried { get; }

    /// <summary>
    /// The folder of the installation that the file belongs to, such as /usr/local/cuda or a <c>site-packages/nvidia</c>:
    /// headers and other libraries of the same version stand below it. Null when it was not found or came through the system's loader.
    /// </summary>
    public string? Root { get; internal init; }

    internal nint Handle { get; init; }

    private bool IsWindows { get; }

    /// <summary>Says in a few lines what was found, or what was tried and what can be done.</summary>
    public string Explain()
    {
        if (Found)
            return $"{Name}{(Version is null ? string.Empty : " " + Version)}: {Path}";
        string[] names = [.. _description.FileNames(IsWindows).Select(f => f.Name)];
        if (names.Length == 0)
            return $"{Name} does not exist for this operating system.";
        var text = new StringBuilder();
        text.Append($"{Name} ({string.Join(" or ", names)}) was not found. {_description.Remedy} ");
        text.Append($"A copy elsewhere is found when {NativeLibraryOptions.PathVariable} names its folder. Tried:");
        foreach (NativeLibraryAttempt attempt in Tried)
            text.Append($"\n  {attempt.Path}: {attempt.Reason}");
        return text.ToString();
    }
}
