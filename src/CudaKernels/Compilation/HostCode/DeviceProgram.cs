namespace CudaKernels;

/// <summary>A source and its headers, reduced to what a device compiler takes.</summary>
internal static class DeviceProgram
{
    public static (string Text, IReadOnlyList<ResolvedHeader> Headers) Of(string text, IReadOnlyList<ResolvedHeader> headers)
    {
        var macros = new DeviceMacros(headers.Select(header => header.Text).Prepend(text));
        var source = HostCode.LeaveOut(text, macros);
        var reduced = headers.Select(header => header with { Text = HostCode.LeaveOut(header.Text, macros) }).ToArray();
        var words = reduced.Select(header => header.Text).Prepend(source).SelectMany(SourceTokens.Read).Where(SourceTokens.IsWord).ToHashSet(StringComparer.Ordinal);
        var names = headers.Select(header => header.Name).ToHashSet(StringComparer.Ordinal);
        var takesStandardNames = false;
        source = Includes(source);
        for (var i = 0; i < reduced.Length; i++)
            reduced[i] = reduced[i] with { Text = Includes(reduced[i].Text) };
        return (source, takesStandardNames ? [.. reduced, new ResolvedHeader(StandardNames.HeaderName, StandardNames.Header, SourceLocation.InMemory)] : reduced);

        string Includes(string code)
        {
            foreach (var include in IncludeDirective.Scan(code).AsEnumerable().Reverse())
            {
                if (names.Contains(include.Spelling))
                    continue;
                var fate = HostIncludes.Fate(include.Spelling, include.IsQuoted, IsNamed);
                if (fate == IncludeFate.Stays)
                    continue;
                var start = code.LastIndexOf('#', include.Start);
                var end = include.Start + include.Spelling.Length + 1;
                takesStandardNames |= fate == IncludeFate.Standard;
                code = code[..start] + (fate == IncludeFate.Goes ? "" : $"#include \"{StandardNames.HeaderName}\"") + code[end..];
            }

            return code;
        }

        bool IsNamed(string name) => words.Contains(name) || (name[^1] == '_' && words.Any(word => word.StartsWith(name, StringComparison.Ordinal) || word.StartsWith("curand", StringComparison.Ordinal)));
    }
}
