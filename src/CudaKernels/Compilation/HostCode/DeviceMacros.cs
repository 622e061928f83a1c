using System.Text.RegularExpressions;

namespace CudaKernels;

/// <summary>The macros of a program that matter for telling device code from host code.</summary>
internal sealed partial class DeviceMacros
{
    private readonly HashSet<string> _device = ["__device__", "__global__", "__constant__", "__shared__", "__managed__"];
    private readonly HashSet<string> _functions = [];
    private readonly HashSet<string> _host = [];

    /// <param name="texts">The source and its headers.</param>
    public DeviceMacros(IEnumerable<string> texts)
    {
        var definitions = texts.SelectMany(PlacedToken.Read).Where(token => token.IsDirective && token.DirectiveName == "define").Select(Split).Where(macro => macro.Name.Length > 0).ToArray();
        // A macro may stand for another one: as many rounds as names are found.
        for (var known = -1; known != _device.Count;)
        {
            known = _device.Count;
            foreach (var (name, _, words) in definitions)
            {
                if (words.Exists(_device.Contains))
                    _device.Add(name);
            }
        }

        foreach (var (name, _, words) in definitions.Where(macro => macro.IsFunction))
        {
            _functions.Add(name);
            var tokens = words.ConvertAll(word => new PlacedToken(word, 0));
            if (!words.Exists(_device.Contains) && HostNames.AreIn(tokens, 0, tokens.Count))
                _host.Add(name);
        }
    }

    /// <summary>Whether a word makes its declaration one of device code: <c>__device__</c>, or a macro that holds it.</summary>
    public bool MarksDevice(string word) => _device.Contains(word);

    /// <summary>Whether a word is a macro with parameters.</summary>
    public bool TakesArguments(string word) => _functions.Contains(word);

    /// <summary>Whether a word is a macro with parameters that writes host code: it names what only the host has, and marks nothing for the device.</summary>
    public bool WritesHostCode(string word) => _host.Contains(word);

    private static (string Name, bool IsFunction, List<string> Words) Split(PlacedToken directive)
    {
        var text = directive.Text;
        var start = text.IndexOf("define", StringComparison.Ordinal) + "define".Length;
        while (start < text.Length && text[start] is ' ' or '\t')
            start++;
        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            end++;
        var body = LineBreak().Replace(text[end..], " ").Replace('#', ' ');
        return (text[start..end], body.StartsWith('('), [.. SourceTokens.Read(body)]);
    }

    [GeneratedRegex(@"\\[ \t]*\r?\n")]
    private static partial Regex LineBreak();
}
