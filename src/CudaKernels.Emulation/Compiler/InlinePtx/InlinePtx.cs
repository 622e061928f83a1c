using System.Text.RegularExpressions;

namespace CudaKernels.Emulation;

/// <summary>
/// Puts C++ in the place of inline PTX: each <c>asm</c> statement is read and becomes calls of native/device/inline_ptx.h. A statement that
/// is not understood stays as it is, and does not compile.
/// </summary>
internal static partial class InlinePtx
{
    /// <summary>The header that the new text needs.</summary>
    public const string Header = "device/inline_ptx.h";

    /// <summary>Rewrites a file.</summary>
    /// <param name="text">The file.</param>
    /// <param name="found">Whether any statement was rewritten.</param>
    public static string Rewrite(string text, out bool found)
    {
        found = false;
        // A file that knows the software device brings twins of its own.
        if (!text.Contains("asm", StringComparison.Ordinal) || text.Contains("CK_EMU", StringComparison.Ordinal))
        {
            return text;
        }

        var result = new System.Text.StringBuilder();
        var end = 0;
        foreach (var word in Word().EnumerateMatches(text))
        {
            if (word.Index < end || AsmStatement.Read(text, word.Index, word.Length) is not { } statement || PtxTranslation.Translate(statement) is not { } code)
            {
                continue;
            }

            result.Append(text, end, word.Index - end).Append(code).Append(Lines(text[word.Index..statement.End]));
            end = statement.End;
            found = true;
        }

        return result.Append(text, end, text.Length - end).ToString();
    }

    /// <summary>The first instruction of the statement at an index that the software device does not know; null where it knows all.</summary>
    public static string? Unknown(string text, int start)
    {
        var match = Word().Match(text, start);
        return match.Success && AsmStatement.Read(text, match.Index, match.Length) is { } statement ? PtxTranslation.Unknown(statement) : null;
    }

    // Lines keep their numbers, and those of a macro their continuations.
    private static string Lines(string removed) => string.Concat(Break().Matches(removed).Select(match => match.Value.StartsWith('\\') ? " \\\n" : "\n"));

    [GeneratedRegex(@"\b(?:asm|__asm__|__asm)\b(?:\s|\\\n)*(?:(?:volatile|__volatile__|__volatile)\b)?(?:\s|\\\n)*\(")]
    private static partial Regex Word();

    [GeneratedRegex(@"\\?\r?\n")]
    private static partial Regex Break();
}
