using System.Text.RegularExpressions;

namespace CudaKernels.Mutation;

/// <summary>Which kernel files call a function of a header, directly or through other functions: a mutant is tried on them alone.</summary>
internal static partial class CallSites
{
    /// <summary>Whether a kernel file may run a line of a header; a line in no function is run by every file.</summary>
    public static bool MayRun(string kernelFile, string header, int line)
    {
        if (kernelFile == header || Name(header, line) is not { } name)
        {
            return true;
        }

        // Functions and macros that lead to it, until no more are found.
        var leading = new HashSet<string>(StringComparer.Ordinal) { name };
        var definitions = KernelSource.ResourcePaths.Where(path => path.EndsWith(".cuh", StringComparison.Ordinal)).SelectMany(path => Definitions(KernelSource.FromResource(path).Text)).ToArray();
        while (definitions.Any(definition => !leading.Contains(definition.Name) && Mentions(definition.Body, leading) && leading.Add(definition.Name)))
        {
        }

        return Mentions(KernelSource.FromResource(kernelFile).Text, leading);
    }

    private static bool Mentions(string text, HashSet<string> names) => Word().Matches(text).Any(word => names.Contains(word.Value));

    private static string? Name(string file, int line)
    {
        var lines = KernelSource.FromResource(file).Text.Split('\n');
        var name = lines[..line].Reverse().Select(NameOf).FirstOrDefault(candidate => candidate is not null);
        return name is "" or null ? null : name;
    }

    private static IEnumerable<(string Name, string Body)> Definitions(string text)
    {
        var (name, body) = ("", "");
        foreach (var line in text.Split('\n'))
        {
            if (NameOf(line) is { } next)
            {
                if (name.Length > 0)
                {
                    yield return (name, body);
                }

                (name, body) = (next, "");
            }

            body += line + "\n";
        }

        if (name.Length > 0)
        {
            yield return (name, body);
        }
    }

    // The function or macro that a line begins to define; "" for an operator, whose callers have no name to look for; null for no definition.
    // Lines within a macro belong to it.
    private static string? NameOf(string line) => line.EndsWith('\\') && !line.StartsWith("#define", StringComparison.Ordinal) ? null : Definition().Match(line) is { Success: true } match ? match.Groups["name"].Value.Replace("operator", "", StringComparison.Ordinal) : null;

    [GeneratedRegex(@"^(?:#define |.*__(?:device|global)__[^({]*?\b)(?<name>\w+)(?:<\w+>)?\(")]
    private static partial Regex Definition();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
