using System.Text.RegularExpressions;

namespace CudaKernels.Catalog;

/// <summary>What the command line takes to choose among names: a part of one, or one with *.</summary>
public static class NamePattern
{
    /// <summary>Tells whether a name contains <paramref name="pattern"/>, or matches it where it has a * for any text; upper and lower case are the same.</summary>
    /// <param name="pattern">The pattern; every name matches null and the empty one.</param>
    public static Func<string, bool> Of(string? pattern)
    {
        if (string.IsNullOrEmpty(pattern))
        {
            return _ => true;
        }

        var escaped = Regex.Escape(pattern);
        var expression = new Regex(pattern.Contains('*') ? $"^{escaped.Replace("\\*", ".*")}$" : escaped, RegexOptions.IgnoreCase);
        return expression.IsMatch;
    }
}
