using System.Globalization;
using System.Text.RegularExpressions;

namespace CudaKernels.PtxLint;

/// <summary>Splits a template into PTX statements.</summary>
internal static partial class PtxReader
{
    public static List<PtxStatement> Read(AsmTemplate template)
    {
        var text = Comment().Replace(template.Text, match => new string(' ', match.Length));
        var statements = new List<PtxStatement>();
        for (var at = 0; at < text.Length;)
        {
            var line = template.LineOf(at);
            if (char.IsWhiteSpace(text[at]) || text[at] == ';')
            {
                at++;
            }
            else if (text[at] is '{' or '}')
            {
                statements.Add(text[at++] == '{' ? new PtxStatement.Open(line) : new PtxStatement.Close(line));
            }
            else if (LabelForm().Match(text, at) is { Success: true } label)
            {
                statements.Add(new PtxStatement.Label(line, label.Groups[1].Value));
                at += label.Length;
            }
            else
            {
                var end = text.IndexOf(';', at);
                if (end < 0)
                    throw new FormatException($"'{text[at..].Trim()}' has no ; behind it");
                statements.Add(Statement(text[at..end].Trim(), line, at));
                at = end + 1;
            }
        }

        return statements;
    }

    private static PtxStatement Statement(string text, int line, int start)
    {
        if (RegisterForm().Match(text) is { Success: true } registers)
        {
            var names = registers.Groups[2].Value.Split(',', StringSplitOptions.TrimEntries).SelectMany(name => CountedForm().Match(name) is { Success: true } counted
                ? Enumerable.Range(0, int.Parse(counted.Groups[2].ValueSpan, CultureInfo.InvariantCulture)).Select(i => $"{counted.Groups[1].Value}{i}") : [name]);
            return new PtxStatement.Registers(line, registers.Groups[1].Value, [.. names]);
        }

        var form = InstructionForm().Match(text);
        if (!form.Success)
            throw new FormatException($"'{text}' is no PTX statement");
        var predicate = form.Groups[1].Success ? Operand(form.Groups[1].Value) : null;
        return new PtxStatement.Instruction(line, start, predicate, form.Groups[2].Value, [.. Split(form.Groups[3].Value, ',').Select(Operand)]);
    }

    private static PtxOperand Operand(string text)
    {
        if (text is ['{', .., '}'])
            return new PtxOperand.Vector(text, [.. Split(text[1..^1], ',').Select(Operand)]);
        if (text is ['[', .., ']'])
        {
            var inside = Split(text[1..^1], ',');
            var address = inside[0].Split('+', '-')[0].Trim();
            return new PtxOperand.Address(text, Operand(address), inside.Count > 1 ? Operand(inside[1]) as PtxOperand.Vector ?? throw new FormatException($"the coordinates in '{text}' need braces") : null);
        }

        if (text.Contains('|', StringComparison.Ordinal) && text.Split('|', StringSplitOptions.TrimEntries) is [var first, var second])
            return new PtxOperand.Pair(text, Operand(first), Operand(second));
        if (text == "_")
            return new PtxOperand.Sink(text);
        if (text.StartsWith("%%", StringComparison.Ordinal))
            return new PtxOperand.Special(text, text[2..]);
        if (text is ['%', ..])
        {
            return int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? new PtxOperand.Placeholder(text, index)
                : throw new FormatException($"'{text}' is no operand; a special register is written %{text}");
        }

        if (LiteralForm().Match(text) is { Success: true } literal)
        {
            long? value = literal.Groups[2].Success ? long.Parse(literal.Groups[2].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                : long.TryParse(text.TrimEnd('U'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
            return new PtxOperand.Literal(text, value);
        }

        var name = text.TrimStart('!').Trim();
        return NameForm().IsMatch(name) ? new PtxOperand.Named(name) : name is ['%', ..] ? Operand(name) : throw new FormatException($"'{text}' is no operand");
    }

    /// <summary>Splits at a sign outside every bracket.</summary>
    private static List<string> Split(string text, char sign)
    {
        var parts = new List<string>();
        var (start, depth) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] is '{' or '[' ? 1 : text[i] is '}' or ']' ? -1 : 0;
            if (text[i] == sign && depth == 0)
            {
                parts.Add(text[start..i].Trim());
                start = i + 1;
            }
        }

        parts.Add(text[start..].Trim());
        return parts is [""] ? [] : parts;
    }

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\G([A-Za-z_$][\w$]*)\s*:(?!:)\s*")]
    private static partial Regex LabelForm();

    [GeneratedRegex(@"^\.reg\s+\.(\w+)\s+(.+)\z", RegexOptions.Singleline)]
    private static partial Regex RegisterForm();

    [GeneratedRegex(@"^([\w$%]+)<(\d+)>\z")]
    private static partial Regex CountedForm();

    [GeneratedRegex(@"^(?:@\s*(!?[\w$%]+)\s+)?([A-Za-z][\w.:]*)\s*(.*)\z", RegexOptions.Singleline)]
    private static partial Regex InstructionForm();

    [GeneratedRegex(@"^-?(0[xX]([0-9a-fA-F]+)U?|0[fFdD][0-9a-fA-F]+|\d[\d.]*U?)\z")]
    private static partial Regex LiteralForm();

    [GeneratedRegex(@"^[A-Za-z_$][\w$]*\z")]
    private static partial Regex NameForm();
}
