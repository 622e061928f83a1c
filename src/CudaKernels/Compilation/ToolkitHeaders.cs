namespace CudaKernels;

/// <summary>The include folders of an installed CUDA toolkit, for sources that include NVIDIA's headers in angle brackets.</summary>
/// <remarks>The library's own kernels need none of them, so they are looked for only when a source asks.</remarks>
internal sealed class ToolkitHeaders
{
    private const string Marker = "cuda_fp16.h";

    private ToolkitHeaders(IReadOnlyList<string> folders, IReadOnlyList<string> searched)
    {
        Folders = folders;
        Searched = searched;
    }

    /// <summary>The folders to search: <c>include</c>, and <c>include/cccl</c> where CUDA 13 keeps libcu++. Empty when no toolkit was found.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>Every folder looked at, in order, the found one last.</summary>
    public IReadOnlyList<string> Searched { get; }

    /// <summary>The headers found on this machine, looked for once.</summary>
    public static ToolkitHeaders Installed => s_installed.Value;

    /// <summary>Stands for a compiler that brings its own headers.</summary>
    public static ToolkitHeaders None { get; } = new([], []);

    private static readonly Lazy<ToolkitHeaders> s_installed = new(() => Find(Environment.GetEnvironmentVariable, OperatingSystem.IsWindows()));

    /// <summary>Looks through CUDA_PATH, CUDA_HOME, the conda and Python environments and the usual folders.</summary>
    public static ToolkitHeaders Find(Func<string, string?> environment, bool windows)
    {
        var searched = new List<string>();
        foreach (var candidate in Candidates(environment, windows))
        {
            var folder = Path.GetFullPath(candidate); // a variable may hold a relative path
            searched.Add(folder);
            if (!File.Exists(Path.Combine(folder, Marker)))
                continue;
            var cccl = Path.Combine(folder, "cccl");
            return new ToolkitHeaders(Directory.Exists(cccl) ? [folder, cccl] : [folder], searched);
        }

        return new ToolkitHeaders([], searched);
    }

    private static IEnumerable<string> Candidates(Func<string, string?> environment, bool windows)
    {
        foreach (var variable in (string[])["CUDA_PATH", "CUDA_HOME"])
        {
            if (environment(variable) is { Length: > 0 } root)
                yield return Path.Combine(root, "include");
        }

        if (environment("CONDA_PREFIX") is { Length: > 0 } conda)
        {
            if (windows)
            {
                yield return Path.Combine(conda, "Library", "include");
            }
            else
            {
                yield return Path.Combine(conda, "targets", "x86_64-linux", "include");
                yield return Path.Combine(conda, "targets", "sbsa-linux", "include");
                yield return Path.Combine(conda, "include");
            }
        }

        if (environment("VIRTUAL_ENV") is { Length: > 0 } python)
        {
            foreach (var packages in SitePackages(python, windows))
            {
                yield return Path.Combine(packages, "nvidia", "cu13", "include");
                yield return Path.Combine(packages, "nvidia", "cuda_runtime", "include");
            }
        }

        if (!windows)
        {
            yield return "/usr/local/cuda/include";
            yield return "/opt/cuda/include";
        }
    }

    private static IEnumerable<string> SitePackages(string environment, bool windows)
    {
        var library = Path.Combine(environment, windows ? "Lib" : "lib");
        if (windows)
            return [Path.Combine(library, "site-packages")];
        return Directory.Exists(library)
            ? Directory.GetDirectories(library, "python*").Order(StringComparer.Ordinal).Select(folder => Path.Combine(folder, "site-packages"))
            : [];
    }
}
