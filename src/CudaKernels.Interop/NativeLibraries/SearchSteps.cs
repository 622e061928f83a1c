namespace CudaKernels.Interop;

/// <summary>The places where a native library may be, step by step.</summary>
internal static class SearchSteps
{
    /// <summary>All places for a library in the order of the steps, without repeats.</summary>
    public static IEnumerable<SearchLocation> Enumerate(NativeLibraryDescription library, NativePlatform platform, NativeLibraryOptions options)
    {
        IEnumerable<SearchLocation> steps = Explicit(platform, options).Concat(Application(platform));
        steps = library.WheelFolder is null
            ? steps.Concat(Loader()).Concat(DriverFolders(platform))
            : steps.Concat(ToolkitVariables(platform)).Concat(Loader()).Concat(Conda(platform)).Concat(Wheels(platform, library.WheelFolder)).Concat(Toolkits(platform));
        return steps.DistinctBy(location => location.Path);
    }

    /// <summary>What the caller or the user's environment names.</summary>
    public static IEnumerable<SearchLocation> Explicit(NativePlatform platform, NativeLibraryOptions options) =>
        options.Paths
            .Concat(SplitList(platform, platform.GetVariable(NativeLibraryOptions.PathVariable)))
            .Select(path => new SearchLocation(path, path, IsExplicit: true));

    /// <summary>The program's own folder and its native assets.</summary>
    public static IEnumerable<SearchLocation> Application(NativePlatform platform)
    {
        string root = Path.TrimEndingDirectorySeparator(platform.ApplicationFolder);
        string runtime = $"{(platform.IsWindows ? "win" : "linux")}-{(platform.IsArm64 ? "arm64" : "x64")}";
        yield return new SearchLocation(root, root);
        yield return new SearchLocation(root, Path.Combine(root, "runtimes", runtime, "native"));
    }

    /// <summary>The toolkit that CUDA_PATH or CUDA_HOME names.</summary>
    public static IEnumerable<SearchLocation> ToolkitVariables(NativePlatform platform)
    {
        foreach (string variable in (string[])["CUDA_PATH", "CUDA_HOME"])
        {
            if (platform.GetVariable(variable) is { Length: > 0 } root)
            {
                foreach (SearchLocation location in Toolkit(platform, root))
                    yield return location;
            }
        }
    }

    /// <summary>The system's own search: the loader's cache and LD_LIBRARY_PATH, or the system folder and PATH.</summary>
    public static IEnumerable<SearchLocation> Loader() => [new SearchLocation(null, null)];

    /// <summary>The active conda environment.</summary>
    public static IEnumerable<SearchLocation> Conda(NativePlatform platform)
    {
        if (platform.GetVariable("CONDA_PREFIX") is { Length: > 0 } root)
            yield return new SearchLocation(root, platform.IsWindows ? Path.Combine(root, "Library", "bin") : Path.Combine(root, "lib"));
    }

    /// <summary>NVIDIA's wheels in the active Python environment: one folder for all of CUDA 13, one per library for CUDA 12.</summary>
    public static IEnumerable<SearchLocation> Wheels(NativePlatform platform, string wheelFolder)
    {
        foreach (string packages in SitePackages(platform).Distinct())
        {
            string nvidia = Path.Combine(packages, "nvidia");
            if (!platform.FolderExists(nvidia))
            {
                yield return new SearchLocation(nvidia, nvidia); // Puts the environment without wheels on record.
                continue;
            }

            yield return new SearchLocation(nvidia, platform.IsWindows ? Path.Combine(nvidia, "cu13", "bin", "x86_64") : Path.Combine(nvidia, "cu13", "lib"), Major: 13);
            yield return new SearchLocation(nvidia, Path.Combine(nvidia, wheelFolder, platform.IsWindows ? "bin" : "lib"));
        }
    }

    /// <summary>Toolkits where installers put them, the newest first.</summary>
    public static IEnumerable<SearchLocation> Toolkits(NativePlatform platform)
    {
        IEnumerable<string> roots = platform.IsWindows
            ? Versions(platform, Path.Combine(platform.GetVariable("ProgramFiles") ?? @"C:\Program Files", "NVIDIA GPU Computing Toolkit", "CUDA"), "v*")
            : [platform.SystemRoot + "/usr/local/cuda", .. Versions(platform, platform.SystemRoot + "/usr/local", "cuda-*"), platform.SystemRoot + "/opt/cuda"];
        return roots.SelectMany(root => Toolkit(platform, root));
    }

    /// <summary>Where a driver may be when the system's loader does not know it: WSL, NixOS, old Windows drivers.</summary>
    public static IEnumerable<SearchLocation> DriverFolders(NativePlatform platform)
    {
        string[] folders = platform.IsWindows
            ? [Path.Combine(platform.GetVariable("ProgramFiles") ?? @"C:\Program Files", "NVIDIA Corporation", "NVSMI")]
            : [platform.SystemRoot + "/usr/lib/wsl/lib", platform.SystemRoot + "/run/opengl-driver/lib"];
        return folders.Select(folder => new SearchLocation(folder, folder));
    }

    private static IEnumerable<SearchLocation> Toolkit(NativePlatform platform, string root)
    {
        string target = platform.IsArm64 ? "sbsa-linux" : "x86_64-linux";
        string[] folders = platform.IsWindows
            ? [Path.Combine(root, "bin", "x64"), Path.Combine(root, "bin")]
            : [Path.Combine(root, "lib64"), Path.Combine(root, "lib"), Path.Combine(root, "targets", target, "lib")];
        return folders.Select(folder => new SearchLocation(root, folder));
    }

    // The environment that is switched on, then the one whose interpreter is first in PATH.
    private static IEnumerable<string> SitePackages(NativePlatform platform)
    {
        IEnumerable<string?> prefixes = [platform.GetVariable("VIRTUAL_ENV"), platform.GetVariable("CONDA_PREFIX")];
        string interpreter = platform.IsWindows ? "python.exe" : "python3";
        string? folder = SplitList(platform, platform.GetVariable("PATH")).FirstOrDefault(f => platform.FileExists(Path.Combine(f, interpreter)));
        if (folder is not null)
            prefixes = prefixes.Append(platform.IsWindows ? folder : Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)));
        foreach (string prefix in prefixes.OfType<string>().Where(p => p.Length > 0))
        {
            if (platform.IsWindows)
            {
                yield return Path.Combine(prefix, "Lib", "site-packages");
                continue;
            }

            foreach (string library in platform.ListFolders(Path.Combine(prefix, "lib"), "python3*"))
            {
                yield return Path.Combine(library, "site-packages");
                yield return Path.Combine(library, "dist-packages");
            }
        }
    }

    // Folders such as cuda-12.4 and v13.0 from the newest to the oldest, by number and not by letter.
    private static IEnumerable<string> Versions(NativePlatform platform, string folder, string pattern) =>
        platform.ListFolders(folder, pattern)
            .Select(path => (Path: path, Number: System.IO.Path.GetFileName(path)[(pattern.Length - 1)..]))
            .Select(entry => (entry.Path, Version: Version.TryParse(entry.Number.Contains('.') ? entry.Number : entry.Number + ".0", out Version? version) ? version : null))
            .Where(entry => entry.Version is not null)
            .OrderByDescending(entry => entry.Version)
            .Select(entry => entry.Path);

    private static IEnumerable<string> SplitList(NativePlatform platform, string? list) =>
        (list ?? string.Empty).Split(platform.ListSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
