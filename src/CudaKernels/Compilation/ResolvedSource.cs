namespace CudaKernels;

/// <summary>A source ready for NVRTC: its quoted includes gathered and spelled by the names under which the headers are handed over.</summary>
internal sealed class ResolvedSource
{
    public required string Name { get; init; }

    public required string Text { get; init; }

    /// <summary>The headers that were found, each once, in the order of their first inclusion.</summary>
    public required IReadOnlyList<ResolvedHeader> Headers { get; init; }

    /// <summary>Files that only the compiler opens (angle includes found on its path), as path and digest: they enter the cache key.</summary>
    public required IReadOnlyList<(string Path, byte[] Digest)> ExternalFiles { get; init; }

    /// <summary>Includes that were found nowhere: the compiler may still know them, or never reach them.</summary>
    public required IReadOnlyList<UnresolvedInclude> Unresolved { get; init; }

    /// <summary>Whether anything is left for the compiler to find.</summary>
    public required bool LeavesIncludesToCompiler { get; init; }
}

/// <summary>A header handed to NVRTC in memory.</summary>
internal sealed record ResolvedHeader(string Name, string Text, SourceLocation Location);

/// <summary>An include that was not found, with the places that were looked at.</summary>
internal sealed record UnresolvedInclude(string Spelling, string Includer, int Line, IReadOnlyList<string> Searched);
