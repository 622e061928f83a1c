using System.Text.RegularExpressions;

namespace CudaKernels.Cli.Training;

/// <summary>How much of a text is made of the words of a book.</summary>
internal sealed partial class WordShare(string book)
{
    private readonly HashSet<string> _words = [.. Words(book)];

    /// <summary>The share of a text's words of three or more letters that occur in the book, whatever the case; NaN where it has none.</summary>
    public double Of(string text)
    {
        var words = Words(text).ToArray();
        return words.Length == 0 ? double.NaN : (double)words.Count(_words.Contains) / words.Length;
    }

    private static IEnumerable<string> Words(string text) => Word().Matches(text).Select(match => match.Value.ToLowerInvariant());

    [GeneratedRegex(@"\p{L}{3,}")]
    private static partial Regex Word();
}
