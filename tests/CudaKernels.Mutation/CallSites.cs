using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace CudaKernels.Mutation;

/// <summary>Which kernel files call a function of a header, directly or through other functions: a mutant is tried on them alone.</summary>
internal static partial class CallSites
{
    private static readonly Lazy<(string Name, HashSet<string> Words)[]> s_definitions = new(() =>
        [.. KernelSource.ResourcePaths.Where(path => path.EndsWith(".cuh", StringComparison.Ordinal)).SelectMany(path => Definitions(KernelSource.FromResource(path).Text)).Select(one => (one.Name, Words(one.Body)))]);

    private static readonly ConcurrentDictionary<string, HashSet<string>> s_leading = new();
    private static readonly ConcurrentDictionary<string, HashSet<string>> s_words = new();

    /// <summary>Whether a kernel file may run a line of a header; a line in no function is run by every file.</summary>
    public static bool MayRun(string kernelFile, string header, int line)
    {
        if (kernelFile == header || Name(header, line) is not { } name)
        {
            return true;
        }

        return WordsOf(kernelFile).Overlaps(s_leading.GetOrAdd(name, Leading));
    }

    /// <summary>Whether a kernel file names the function of a line itself.</summary>
    public static bool Calls(string kernelFile, string header, int line) => Name(header, line) is { } name && WordsOf(kernelFile).Contains(name);

    private static HashSet<string> WordsOf(string kernelFile) => s_words.GetOrAdd(kernelFile, file => Words(KernelSource.FromResource(file).Text));

    // Functions and macros that lead to one, until no more are found.
    private static HashSet<string> Leading(string name)
    {
        var leading = new HashSet<string>(StringComparer.Ordinal) { name };
        while (s_definitions.Value.Any(definition => !leading.Contains(definition.Name) && definition.Words.Overlaps(leading) && leading.Add(definition.Name)))
        {
        }

        return leading;
    }

    private static HashSet<string> Words(string text) => [.. Word().Matches(text).Select(word => word.Value)];

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
