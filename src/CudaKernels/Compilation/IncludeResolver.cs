using System.Security.Cryptography;
using System.Text;

namespace CudaKernels;

/// <summary>Gathers the headers of a source; see <see cref="KernelSource"/> for the order of the search.</summary>
/// <remarks>
/// Each header gets one name, whatever the spelling of the directives that reach it, and the directives are rewritten to
/// that name: NVRTC finds in-memory headers by the exact text between the quotes, and <c>#pragma once</c> works by name.
/// Conditions are not evaluated: a header in a branch that is never taken only costs its bytes, and one that is missing
/// there is no fault. Lines stay where they are.
/// </remarks>
internal sealed class IncludeResolver
{
    private readonly KernelSource _source;
    private readonly IReadOnlyList<string> _includePaths;
    private readonly Func<IReadOnlyList<string>> _compilerPaths;
    private readonly Dictionary<SourceLocation, string> _names = [];
    private readonly HashSet<string> _takenNames = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ResolvedHeader?> _headers = [];
    private readonly SortedDictionary<string, byte[]> _external = new(StringComparer.Ordinal);
    private readonly List<UnresolvedInclude> _unresolved = [];
    private bool _leavesIncludes;

    private IncludeResolver(KernelSource source, IReadOnlyList<string> includePaths, Func<IReadOnlyList<string>> compilerPaths)
    {
        _source = source;
        _includePaths = includePaths;
        _compilerPaths = compilerPaths;
        _takenNames.Add(source.Name);
    }

    /// <param name="source">What to resolve.</param>
    /// <param name="includePaths">The user's folders, searched for quoted includes too.</param>
    /// <param name="compilerPaths">Folders that only the compiler searches (a CUDA toolkit's); asked for when an include is left to it.</param>
    public static ResolvedSource Resolve(KernelSource source, IReadOnlyList<string> includePaths, Func<IReadOnlyList<string>> compilerPaths)
    {
        var resolver = new IncludeResolver(source, includePaths, compilerPaths);
        var text = resolver.Rewrite(source.Text, source.Name, source.Location);
        IReadOnlyList<ResolvedHeader> headers = [.. resolver._headers.Select(header => header!)];
        if (source.LeavesOutHostCode)
            (text, headers) = DeviceProgram.Of(text, headers);
        return new ResolvedSource
        {
            Name = source.Name,
            Text = text,
            Headers = headers,
            ExternalFiles = [.. resolver._external.Select(file => (file.Key, file.Value))],
            Unresolved = resolver._unresolved,
            LeavesIncludesToCompiler = resolver._leavesIncludes,
        };
    }

    private string Rewrite(string text, string name, SourceLocation location)
    {
        StringBuilder? rewritten = null;
        var copied = 0;
        foreach (var include in IncludeDirective.Scan(text))
        {
            // A file with host code is written for nvcc, which is given the folders of the user's own headers for either form.
            var target = include.IsQuoted || _source.LeavesOutHostCode ? NameOf(include, name, location) : null;
            if (target is null)
            {
                LeaveToCompiler(include, name, location);
            }
            else if (target != include.Spelling)
            {
                rewritten ??= new StringBuilder(text.Length + 64);
                rewritten.Append(text, copied, include.Start - copied).Append(target);
                copied = include.Start + include.Spelling.Length;
            }
        }

        return rewritten is null ? text : rewritten.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>The name of the header that a quoted include reaches; the header is gathered when first met. Null when not found.</summary>
    private string? NameOf(IncludeDirective include, string includer, SourceLocation location)
    {
        var searched = new List<string>();
        foreach (var (candidate, preferredName) in Candidates(include.Spelling, includer, location))
        {
            if (candidate == _source.Location && candidate.Kind != SourceLocationKind.Memory)
                return _source.Name;
            if (_names.TryGetValue(candidate, out var known))
                return known;
            if (candidate.Read() is { } text)
                return Gather(candidate, preferredName, text);
            searched.Add(candidate.ToString());
        }

        if (include.IsQuoted && !IsOnCompilerPath(include.Spelling))
            _unresolved.Add(new UnresolvedInclude(include.Spelling, includer, include.Line, [.. searched, .. _compilerPaths()]));
        return null;
    }

    private IEnumerable<(SourceLocation Location, string PreferredName)> Candidates(string spelling, string includer, SourceLocation location)
    {
        if (Path.IsPathRooted(spelling))
        {
            yield return (SourceLocation.OnDisk(Path.GetFullPath(spelling)), Path.GetFileName(spelling));
            yield break;
        }

        if (location.Beside(spelling) is { } beside)
            yield return (beside, SourceLocation.Collapse(includer[..(includer.LastIndexOf('/') + 1)] + spelling) ?? spelling);
        foreach (var folder in _includePaths)
            yield return (SourceLocation.OnDisk(Path.GetFullPath(spelling, folder)), spelling);
        if (SourceLocation.Collapse(spelling) is { } path)
            yield return (SourceLocation.Embedded(path), path);
    }

    private string Gather(SourceLocation location, string preferredName, string text)
    {
        var name = FreeName(preferredName);
        _names.Add(location, name);
        var index = _headers.Count;
        _headers.Add(null); // its place in the order, before those that it includes
        _headers[index] = new ResolvedHeader(name, Rewrite(text, name, location), location);
        return name;
    }

    /// <summary>A clean relative name, safe to write under a folder; a number sets apart two files that would share it.</summary>
    private string FreeName(string preferred)
    {
        var parts = preferred.Replace('\\', '/').Split('/').Where(part => part is not ("" or "." or "..") && !part.EndsWith(':'));
        var name = string.Join('/', parts);
        var free = name;
        for (var number = 2; !_takenNames.Add(free); number++)
            free = $"{number}/{name}";
        return free;
    }

    private void LeaveToCompiler(IncludeDirective include, string includer, SourceLocation location)
    {
        _leavesIncludes = true;
        if (!include.IsQuoted && !IsOnCompilerPath(include.Spelling))
            _unresolved.Add(new UnresolvedInclude(include.Spelling, includer, include.Line, [.. _includePaths, .. _compilerPaths()]));
        else
            Fingerprint(include.Spelling, null);
    }

    private bool IsOnCompilerPath(string spelling) => OnCompilerPath(spelling) is not null;

    private string? OnCompilerPath(string spelling)
    {
        foreach (var folder in _includePaths.Concat(_compilerPaths()))
        {
            var path = Path.GetFullPath(spelling, folder);
            if (File.Exists(path))
                return path;
        }

        return null;
    }

    /// <summary>Notes the digests of a file that only the compiler opens, and of all that it includes.</summary>
    private void Fingerprint(string spelling, string? includerFolder)
    {
        var pending = new Stack<(string Spelling, string? Folder)>();
        pending.Push((spelling, includerFolder));
        while (pending.TryPop(out var next))
        {
            var beside = next.Folder is null ? null : Path.GetFullPath(next.Spelling, next.Folder);
            var path = beside is not null && File.Exists(beside) ? beside : OnCompilerPath(next.Spelling);
            if (path is null || _external.ContainsKey(path))
                continue;
            var bytes = File.ReadAllBytes(path);
            _external.Add(path, SHA256.HashData(bytes));
            foreach (var include in IncludeDirective.Scan(Encoding.UTF8.GetString(bytes)))
                pending.Push((include.Spelling, include.IsQuoted ? Path.GetDirectoryName(path) : null));
        }
    }
}
