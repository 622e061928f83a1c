using System.Text;
using System.Text.RegularExpressions;

namespace CudaKernels.Mutation;

/// <summary>The twins' text, and the vocabulary's kernels over a changed form of it.</summary>
internal static partial class TwinText
{
    private const string Headers = "common/ptx/";
    private const string Twins = "device/ptx/";

    /// <summary>Path and text of every header of the vocabulary and every twin.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = KernelSource.ResourcePaths.Where(path => path.StartsWith(Headers, StringComparison.Ordinal)).Select(path => (path, KernelSource.FromResource(path).Text))
        .Concat(typeof(EmulatedDevice).Assembly.GetManifestResourceNames().Where(name => name.StartsWith("native/" + Twins, StringComparison.Ordinal)).Select(name => (name["native/".Length..], ReadTwin(name))))
        .ToDictionary(file => file.Item1, file => file.Item2, StringComparer.Ordinal);

    /// <summary>The mutants whose <c>file:line:</c> matches; what a header reads for a GPU alone, wgmma's lists of registers, is no twin.</summary>
    public static IReadOnlyList<Mutant> Mutants(string pattern) =>
    [
        .. All.Where(file => file.Value.Contains("CK_EMU", StringComparison.Ordinal) || !file.Value.Contains("asm", StringComparison.Ordinal)).OrderBy(file => file.Key, StringComparer.Ordinal)
            .SelectMany(file => TwinRules.Of(file.Key, file.Value)).Where(mutant => $"{mutant.File}:{mutant.Line}:".Contains(pattern, StringComparison.Ordinal)),
    ];

    /// <summary>The files that a text reads, itself left out.</summary>
    public static HashSet<string> Reads(string text)
    {
        var files = new HashSet<string>(StringComparer.Ordinal);
        Add(text);
        return files;

        void Add(string read)
        {
            foreach (Match include in Include().Matches(read))
            {
                if (All.TryGetValue(include.Groups[1].Value, out var inner) && files.Add(include.Groups[1].Value))
                    Add(inner);
            }
        }
    }

    /// <summary>
    /// Writes a kernel file into a folder, with the headers of the vocabulary beside it, where they are found before the library's own. Each
    /// has all that it includes in place of the includes: only then is every file read in its changed form.
    /// </summary>
    public static void Write(string folder, string name, string kernel, Mutant? mutant)
    {
        Directory.CreateDirectory(Path.Combine(folder, "common", "ptx"));
        foreach (Match include in Include().Matches(kernel))
        {
            if (All.ContainsKey(include.Groups[1].Value))
            {
                var text = new StringBuilder("#pragma once\n");
                Append(text, include.Groups[1].Value, mutant, []);
                File.WriteAllText(Path.Combine(folder, include.Groups[1].Value), text.ToString());
            }
        }

        File.WriteAllText(Path.Combine(folder, name), kernel);
    }

    private static void Append(StringBuilder text, string file, Mutant? mutant, HashSet<string> open)
    {
        open.Add(file);
        var guard = $"CK_FLAT_{file.Replace('/', '_').Replace('.', '_')}";
        text.Append($"#ifndef {guard}\n#define {guard}\n");
        foreach (var line in (file == mutant?.File ? mutant.Text : All[file]).Split('\n'))
        {
            if (Include().Match(line) is { Success: true } include && All.ContainsKey(include.Groups[1].Value))
            {
                if (!open.Contains(include.Groups[1].Value))
                    Append(text, include.Groups[1].Value, mutant, [.. open]);
            }
            else if (!line.StartsWith("#pragma once", StringComparison.Ordinal))
            {
                text.Append(line).Append('\n');
            }
        }

        text.Append("#endif\n");
    }

    private static string ReadTwin(string name)
    {
        using var reader = new StreamReader(typeof(EmulatedDevice).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("^#include \"((?:common|device)/ptx/[^\"]+)\"", RegexOptions.Multiline)]
    private static partial Regex Include();
}
