using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace CudaKernels.Mutation;

/// <summary>A kernel file with its headers in place of their includes, one of them changed: only the file itself can be given to a device in another form.</summary>
internal static partial class FlatSource
{
    private static readonly ConcurrentDictionary<string, HashSet<string>> s_read = new();

    public static string Of(string file, Mutant mutant)
    {
        var text = new StringBuilder();
        Append(text, file, mutant, []);
        return text.ToString();
    }

    /// <summary>Whether a kernel file is, or includes, a file.</summary>
    public static bool Reads(string file, string header) => s_read.GetOrAdd(file, Closure).Contains(header);

    private static HashSet<string> Closure(string file)
    {
        HashSet<string> files = [];
        Stack<string> open = new([file]);
        while (open.TryPop(out var next))
        {
            if (files.Add(next))
            {
                foreach (var included in Includes(KernelSource.FromResource(next).Text))
                {
                    open.Push(included);
                }
            }
        }

        return files;
    }

    private static IEnumerable<string> Includes(string text) => text.Split('\n').Select(line => Include().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value).Where(Exists);

    private static bool Exists(string path) => KernelSource.ResourcePaths.Contains(path);

    private static void Append(StringBuilder text, string file, Mutant mutant, HashSet<string> seen)
    {
        seen.Add(file);
        var lines = (file == mutant.File ? mutant.Text : KernelSource.FromResource(file).Text).Split('\n');
        text.Append($"#line 1 \"{file}\"\n");
        for (var i = 0; i < lines.Length; i++)
        {
            var include = Include().Match(lines[i]);
            if (include.Success && Exists(include.Groups[1].Value))
            {
                if (!seen.Contains(include.Groups[1].Value))
                {
                    Append(text, include.Groups[1].Value, mutant, seen);
                }

                text.Append($"#line {i + 2} \"{file}\"\n");
            }
            else
            {
                text.Append(lines[i].StartsWith("#pragma once", StringComparison.Ordinal) ? "" : lines[i]).Append('\n');
            }
        }
    }

    [GeneratedRegex("^#include \"([^\"]+)\"")]
    private static partial Regex Include();
}
