using System.Text.RegularExpressions;

namespace CudaKernels.Catalog;

/// <summary>What the command line takes to choose among names: a part of one, one with *, or a whole one after =; several of these with commas between them.</summary>
public static class NamePattern
{
    /// <summary>Tells whether a name contains <paramref name="pattern"/>, matches it where it has a * for any text, or is what follows its =, or does so to one of several patterns with commas between them; upper and lower case are the same.</summary>
    /// <param name="pattern">The pattern; every name matches null and the empty one.</param>
    public static Func<string, bool> Of(string? pattern)
    {
        if (string.IsNullOrEmpty(pattern))
        {
            return _ => true;
        }

        if (pattern.Contains(','))
        {
            Func<string, bool>[] some = [.. pattern.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Of)];
            return name => some.Any(matches => matches(name));
        }

        if (pattern[0] == '=')
        {
            return name => name.AsSpan().Equals(pattern.AsSpan(1), StringComparison.OrdinalIgnoreCase);
        }

        var escaped = Regex.Escape(pattern);
        var expression = new Regex(pattern.Contains('*') ? $"^{escaped.Replace("\\*", ".*")}$" : escaped, RegexOptions.IgnoreCase);
        return expression.IsMatch;
    }
}
