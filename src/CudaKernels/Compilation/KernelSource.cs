using System.Collections.Concurrent;
using System.Reflection;

namespace CudaKernels;

/// <summary>CUDA C++ text to compile, with the place it came from: <c>#include "…"</c> is looked for from there.</summary>
/// <remarks>
/// <para>Quoted includes are resolved before NVRTC sees the text, in this order: the folder of the including file, then
/// <see cref="CompileOptions.IncludePaths"/>, then the embedded <c>kernels/</c> folder of this library, so
/// <c>#include "common/numeric.cuh"</c> works in every source. Includes in angle brackets are left to NVRTC.</para>
/// <para>An instance never changes; a file is read once, when the instance is made, its headers at each compilation.</para>
/// </remarks>
public sealed class KernelSource
{
    private const string ResourceRoot = "kernels/";
    private static readonly Assembly s_assembly = typeof(KernelSource).Assembly;
    private static readonly ConcurrentDictionary<string, string> s_resourceTexts = new(StringComparer.Ordinal);

    private KernelSource(string name, string text, SourceLocation location)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException($"the source {name} contains a NUL character, where the compiler would stop reading", nameof(text));
        Name = name;
        Text = text;
        Location = location;
    }

    /// <summary>The name that the compiler's messages and line tables show: the file's name, the given name, or the resource's path.</summary>
    public string Name { get; }

    /// <summary>The text as it was given, before includes are resolved.</summary>
    public string Text { get; }

    /// <summary>The full path of the file it was read from; null for text and resources.</summary>
    public string? Path => Location.Kind == SourceLocationKind.Disk ? Location.Path : null;

    internal SourceLocation Location { get; }

    /// <summary>Whether only the device code of the text and its headers is compiled.</summary>
    internal bool LeavesOutHostCode { get; private init; }

    /// <summary>Reads a <c>.cu</c> file (UTF-8, with or without a byte order mark).</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static KernelSource FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var fullPath = System.IO.Path.GetFullPath(path);
        if (!File.Exists(fullPath))
            throw new FileNotFoundException($"there is no kernel source file {fullPath}", fullPath);
        return new KernelSource(System.IO.Path.GetFileName(fullPath), File.ReadAllText(fullPath), SourceLocation.OnDisk(fullPath));
    }

    /// <summary>Takes the text itself.</summary>
    /// <param name="name">What to call it in messages, such as <c>saxpy.cu</c>: a relative path without <c>..</c>.</param>
    /// <param name="text">CUDA C++.</param>
    public static KernelSource FromString(string name, string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(text);
        if (System.IO.Path.IsPathRooted(name) || name.Split('/', '\\').Contains("..") || name.AsSpan().ContainsAny('\0', '\n', '"'))
            throw new ArgumentException($"a source is named by a relative path without '..', quotes or line breaks; got '{name}'", nameof(name));
        return new KernelSource(name, text, SourceLocation.InMemory);
    }

    /// <summary>Takes one of the kernel files that this library carries.</summary>
    /// <param name="path">Its path below <c>kernels/</c>, such as <c>elementwise/exp.cu</c>.</param>
    /// <exception cref="ArgumentException">The library carries no such file; the message names those of the same folder.</exception>
    public static KernelSource FromResource(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var text = ReadResource(path) ?? throw new ArgumentException($"the library carries no kernel file '{path}'; {Neighbours(path)}", nameof(path));
        return new KernelSource(path, text, SourceLocation.Embedded(path));
    }

    /// <summary>The paths, below <c>kernels/</c>, of every kernel file and header that this library carries, sorted.</summary>
    public static IReadOnlyList<string> ResourcePaths { get; } =
        [.. s_assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourceRoot, StringComparison.Ordinal))
            .Select(name => name[ResourceRoot.Length..])
            .Order(StringComparer.Ordinal)];

    /// <summary>The same source, of which only the device code is compiled: for files that hold host code too, as nvcc takes them.</summary>
    /// <remarks>
    /// Left out, in the source and in the headers of its own, are functions without <c>__device__</c> or <c>__global__</c>, variables of the
    /// host, classes with members of host types, and includes of host libraries. Lines keep their numbers.
    /// </remarks>
    public KernelSource WithoutHostCode() => new(Name, Text, Location) { LeavesOutHostCode = true };

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>The text of an embedded file below <c>kernels/</c>, or null.</summary>
    internal static string? ReadResource(string path)
    {
        if (s_resourceTexts.TryGetValue(path, out var known))
            return known;
        using var stream = s_assembly.GetManifestResourceStream(ResourceRoot + path);
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return s_resourceTexts.GetOrAdd(path, reader.ReadToEnd());
    }

    private static string Neighbours(string path)
    {
        var folder = path[..(path.LastIndexOf('/') + 1)];
        var near = ResourcePaths.Where(other => other.StartsWith(folder, StringComparison.Ordinal)).Take(40).ToArray();
        return near.Length > 0 ? $"there are {string.Join(", ", near)}" : $"its folders are {string.Join(", ", ResourcePaths.Select(other => other.Split('/')[0]).Distinct())}";
    }
}
