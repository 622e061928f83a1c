using System.Text.RegularExpressions;

namespace CudaKernels.Emulation;

/// <summary>A statement of PTX: an instruction with its guard and operands, a declaration of registers, or a label.</summary>
/// <param name="Guard">The predicate that must hold, or null.</param>
/// <param name="IsNegated">Whether the guard must not hold.</param>
/// <param name="Opcode">Such as <c>add.s32</c>; <c>.reg</c> of a declaration, <c>:</c> of a label.</param>
/// <param name="Operands">What stands between the commas; what braces and brackets hold is one operand.</param>
internal sealed partial record PtxInstruction(string? Guard, bool IsNegated, string Opcode, IReadOnlyList<string> Operands)
{
    /// <summary>The opcode's parts, with the state space of the block's own shared memory by its short name.</summary>
    public string[] Parts { get; } = [.. Opcode.Split('.').Select(part => part == "shared::cta" ? "shared" : part)];

    public bool Has(string part) => Parts.Contains(part, StringComparer.Ordinal);

    /// <summary>Cuts the text of an asm statement up; null where it is not understood.</summary>
    public static IReadOnlyList<PtxInstruction>? Read(string text)
    {
        text = Comment().Replace(text, " ");
        var found = new List<PtxInstruction>();
        for (var i = 0; i < text.Length;)
        {
            // Braces around statements only bound the names of registers.
            if (char.IsWhiteSpace(text[i]) || text[i] is '{' or '}' or ';')
            {
                i++;
                continue;
            }

            if (Label().Match(text, i) is { Success: true } label)
            {
                found.Add(new PtxInstruction(null, false, ":", [label.Groups[1].Value]));
                i += label.Length;
                continue;
            }

            var end = text.IndexOf(';', i);
            end = end < 0 ? text.Length : end;
            var match = Statement().Match(text[i..end]);
            if (!match.Success || Split(match.Groups["operands"].Value) is not { } operands)
            {
                return null;
            }

            found.Add(new PtxInstruction(match.Groups["guard"] is { Success: true } guard ? guard.Value : null, match.Groups["not"].Length > 0, match.Groups["opcode"].Value, operands));
            i = end + 1;
        }

        return found;
    }

    /// <summary>What stands between the commas of a list.</summary>
    public static List<string>? Split(string list)
    {
        var operands = new List<string>();
        var depth = 0;
        var start = 0;
        for (var i = 0; i <= list.Length; i++)
        {
            if (i == list.Length || (list[i] == ',' && depth == 0))
            {
                operands.Add(list[start..i].Trim());
                start = i + 1;
                continue;
            }

            depth += list[i] switch { '{' or '[' or '(' => 1, '}' or ']' or ')' => -1, _ => 0 };
        }

        return depth != 0 ? null : operands is [""] ? [] : operands;
    }

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\G([A-Za-z_$][\w$%=]*)\s*:(?!:)")]
    private static partial Regex Label();

    [GeneratedRegex(@"^(?:@(?<not>!?)(?<guard>%*[\w\[\]]+)\s+)?(?<opcode>\.?[a-z][\w.:]*)\s*(?<operands>.*?)\s*$", RegexOptions.Singleline)]
    private static partial Regex Statement();
}
