using System.Text;

namespace CudaKernels.PtxLint;

/// <summary>The text of a template and the source line that each of its characters comes from.</summary>
internal sealed class AsmTemplate
{
    private readonly StringBuilder _text = new();
    private readonly List<int> _lines = [];

    public string Text => _text.ToString();

    public int LineOf(int position) => _lines.Count == 0 ? 0 : _lines[Math.Min(position, _lines.Count - 1)];

    /// <summary>Appends a string literal as the compiler reads it.</summary>
    public void Append(Token literal)
    {
        var spelling = literal.Spelling;
        if (spelling[0] == 'R')
        {
            foreach (var c in spelling[(spelling.IndexOf('(', StringComparison.Ordinal) + 1)..spelling.LastIndexOf(')')])
                Append(c, literal.Line);
            return;
        }

        for (var i = 1; i < spelling.Length - 1; i++)
        {
            if (spelling[i] == '\\')
                Append(spelling[++i] switch { 'n' => '\n', 't' => '\t', var other => other }, literal.Line);
            else
                Append(spelling[i], literal.Line);
        }
    }

    /// <summary>The template with a piece of it in other words.</summary>
    public AsmTemplate Replace(int start, int length, string text)
    {
        var changed = new AsmTemplate();
        changed._text.Append(_text).Remove(start, length).Insert(start, text);
        changed._lines.AddRange([.. _lines[..start], .. Enumerable.Repeat(LineOf(start), text.Length), .. _lines[(start + length)..]]);
        return changed;
    }

    private void Append(char c, int line)
    {
        _text.Append(c);
        _lines.Add(line);
    }
}
