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
        var (takesStandardNames, takesHalfTypes) = (false, false);
        source = Includes(source);
        for (var i = 0; i < reduced.Length; i++)
            reduced[i] = reduced[i] with { Text = Includes(reduced[i].Text) };
        var all = reduced.ToList();
        if (takesStandardNames)
            all.Add(new ResolvedHeader(StandardNames.HeaderName, StandardNames.Header, SourceLocation.InMemory));
        if (takesHalfTypes)
            all.Add(new ResolvedHeader(StandardNames.HalfTypesName, StandardNames.HalfTypes, SourceLocation.InMemory));
        return (source, all);

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
                takesHalfTypes |= fate == IncludeFate.HalfTypes;
                var instead = fate switch { IncludeFate.Standard => StandardNames.HeaderName, IncludeFate.HalfTypes => StandardNames.HalfTypesName, _ => null };
                code = code[..start] + (instead is null ? "" : $"#include \"{instead}\"") + code[end..];
            }

            return code;
        }

        bool IsNamed(string name) => words.Contains(name) || (name == "curand_" && words.Any(word => word.StartsWith("curand", StringComparison.Ordinal)));
    }
}
