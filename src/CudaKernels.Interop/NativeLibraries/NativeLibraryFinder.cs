namespace CudaKernels.Interop;

/// <summary>Finds and loads NVIDIA's native libraries, and keeps a record of every place it looked at.</summary>
/// <remarks>
/// The order is: <see cref="NativeLibraryOptions.Paths"/> and the environment variable CUDAKERNELS_LIBRARY_PATH; the
/// program's folder and its <c>runtimes/RID/native</c>; CUDA_PATH and CUDA_HOME; the system's loader; conda; NVIDIA's wheels
/// in the active Python environment; toolkits in their usual folders. Once one library is found, the others are looked for in
/// the same installation first. A CUDA major version that the driver cannot run is passed over.
/// A library is found once per finder, stays loaded until the process ends, and any thread may ask.
/// </remarks>
public sealed class NativeLibraryFinder
{
    private const string Loaded = "loaded";

    private readonly Lock _lock = new();
    private readonly Dictionary<NativeLibraryKind, NativeLibraryResult> _results = [];
    private readonly NativeLibraryOptions _options;
    private readonly NativePlatform _platform;
    private NativeLibraryResult? _first;

    /// <summary>Makes a finder.</summary>
    /// <param name="options">Where to look first and what to accept; null for the defaults.</param>
    public NativeLibraryFinder(NativeLibraryOptions? options = null)
        : this(options, new SystemPlatform())
    {
    }

    internal NativeLibraryFinder(NativeLibraryOptions? options, NativePlatform platform)
    {
        _options = options ?? new NativeLibraryOptions();
        _platform = platform;
    }

    /// <summary>Finds a library and loads it. A library that is not there is an answer, not an exception.</summary>
    /// <param name="kind">The library.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is no member of the enumeration.</exception>
    public NativeLibraryResult Find(NativeLibraryKind kind)
    {
        var description = NativeLibraryDescription.Of(kind);
        lock (_lock)
        {
            if (_results.TryGetValue(kind, out NativeLibraryResult? known))
                return known;
            NativeLibraryResult result = Search(description);
            _results.Add(kind, result);
            if (result.Found && !description.IsPartOfDriver)
                _first ??= result;
            return result;
        }
    }

    /// <summary>Finds a library and gives its functions.</summary>
    /// <param name="kind">The library.</param>
    /// <exception cref="CudaLibraryNotFoundException">The library was not found; the message lists every place looked at with its reason.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is no member of the enumeration.</exception>
    public LibrarySymbolSource Open(NativeLibraryKind kind)
    {
        NativeLibraryResult result = Find(kind);
        return result.Found
            ? new LibrarySymbolSource(result, _platform)
            : throw new CudaLibraryNotFoundException(result.Name, result.Explain());
    }

    private NativeLibraryResult Search(NativeLibraryDescription description)
    {
        var tried = new List<NativeLibraryAttempt>();
        IEnumerable<SearchLocation> locations = SearchSteps.Enumerate(description, _platform, _options)
            .OrderBy(location => location.IsExplicit ? 0 : _first is not null && location.Root == _first.Root ? 1 : 2);
        foreach (SearchLocation location in locations)
        {
            foreach ((string path, int major) in Candidates(description, location, tried))
            {
                if (IsTooNew(description, major, out string? refusal))
                {
                    tried.Add(new NativeLibraryAttempt(path, refusal!));
                    continue;
                }

                nint handle = Load(description, path, major, out string? reason);
                if (handle == 0)
                {
                    tried.Add(new NativeLibraryAttempt(path, reason!));
                    continue;
                }

                string file = location.Path is not null ? path : _platform.FileOf(_platform.FindExport(handle, description.Probe)) ?? path;
                if (location.Path is null)
                    LoadCompanions(description, Path.GetDirectoryName(file), major);
                tried.Add(new NativeLibraryAttempt(file, Loaded));
                return new NativeLibraryResult(description, tried, _platform.IsWindows)
                {
                    Handle = handle,
                    Path = file,
                    Major = major,
                    Root = location.Root,
                    Version = LibraryVersion.Read(description.Kind, symbol => _platform.FindExport(handle, symbol)),
                };
            }
        }

        return new NativeLibraryResult(description, tried, _platform.IsWindows);
    }

    // The files of a place that may be the library; a place with none is put on record.
    private List<(string Path, int Major)> Candidates(NativeLibraryDescription description, SearchLocation location, List<NativeLibraryAttempt> tried)
    {
        (string Name, int Major)[] names = description.FileNames(_platform.IsWindows);
        if (location.Path is null)
            return [.. names];
        if (_platform.FileExists(location.Path))
        {
            // An explicit file serves the library that it is named after; for the others it is no place at all.
            return [.. names.Where(name => name.Name == Path.GetFileName(location.Path)).Select(name => (location.Path, name.Major))];
        }

        if (!_platform.FolderExists(location.Path))
        {
            tried.Add(new NativeLibraryAttempt(location.Path, "no such folder"));
            return [];
        }

        var candidates = new List<(string, int)>();
        foreach ((string name, int major) in names.Where(name => location.Major == 0 || name.Major == 0 || name.Major == location.Major))
        {
            string path = Path.Combine(location.Path, name);
            if (_platform.FileExists(path))
                candidates.Add((path, major));
            else
                tried.Add(new NativeLibraryAttempt(path, "no such file"));
        }

        return candidates;
    }

    private bool IsTooNew(NativeLibraryDescription description, int major, out string? refusal)
    {
        refusal = null;
        if (major == 0)
            return false;
        if (_options.MaximumMajor is { } maximum)
        {
            if (major > maximum)
                refusal = $"is for CUDA {major}, and the options accept up to CUDA {maximum}";
        }
        else if (description.Kind != NativeLibraryKind.Driver && Find(NativeLibraryKind.Driver).Version is { } driver
            && Version.TryParse(driver, out Version? version) && major > version.Major)
        {
            refusal = $"is for CUDA {major}, and the driver runs up to CUDA {driver}";
        }

        return refusal is not null;
    }

    private nint Load(NativeLibraryDescription description, string path, int major, out string? reason)
    {
        LoadCompanions(description, Path.GetDirectoryName(path), major);
        nint handle = _platform.Load(path, out reason);
        if (handle == 0)
        {
            reason ??= "the system's loader refused it";
        }
        else if (_platform.FindExport(handle, description.Probe) == 0)
        {
            reason = $"is not {description.Title}: it does not export {description.Probe}";
            handle = 0;
        }

        return handle;
    }

    // NVRTC opens its builtins by name at the first compilation, and cuBLAS needs cuBLASLt: where a package lacks a search
    // path of its own, they are only found when they are in memory already. A failure here shows when they are really needed.
    private void LoadCompanions(NativeLibraryDescription description, string? folder, int major)
    {
        if (string.IsNullOrEmpty(folder))
            return;
        if (description.Kind == NativeLibraryKind.Nvrtc)
        {
            string pattern = _platform.IsWindows ? $"nvrtc-builtins64_{major}?.dll" : $"libnvrtc-builtins.so.{major}.*";
            foreach (string path in _platform.ListFiles(folder, pattern).Where(p => !p.EndsWith(".alt.dll", StringComparison.OrdinalIgnoreCase)))
                _ = _platform.Load(path, out _);
        }
        else if (description.Kind == NativeLibraryKind.Cublas)
        {
            string name = NativeLibraryDescription.Of(NativeLibraryKind.CublasLt).FileNames(_platform.IsWindows).First(n => n.Major == major).Name;
            string path = Path.Combine(folder, name);
            if (_platform.FileExists(path))
                _ = _platform.Load(path, out _);
        }
    }
}
