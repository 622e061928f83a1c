using System.Globalization;
using CudaKernels.PtxLint;

namespace CudaKernels.Mutation;

/// <summary>The changes to an asm statement that the lint is asked to see, one a mutant.</summary>
internal static class PtxRules
{
    private const int ManySiblings = 8;
    private const string RegisterKinds = "rlhfd";

    /// <summary>All mutants of one statement, each changed text once.</summary>
    public static IEnumerable<PtxMutant> Of(AsmStatement statement, IReadOnlyList<Target> targets)
    {
        var body = PtxReader.Read(statement.Template);
        return body.OfType<PtxStatement.Instruction>().SelectMany(instruction => OfInstruction(statement, targets, instruction))
            .Concat(body.OfType<PtxStatement.Registers>().SelectMany(registers => OfRegisters(statement, targets, registers)))
            .Concat(OfConstraints(statement, targets)).Concat(OfEffects(statement, targets))
            .DistinctBy(mutant => (mutant.Before, mutant.After, mutant.Changed.Template.Text));
    }

    private static IEnumerable<PtxMutant> OfInstruction(AsmStatement statement, IReadOnlyList<Target> targets, PtxStatement.Instruction instruction)
    {
        var text = statement.Template.Text;
        var end = text.IndexOf(';', instruction.Start);
        var spelling = text.IndexOf(instruction.Spelling, instruction.Start, StringComparison.Ordinal);
        var whole = text[instruction.Start..end];
        PtxMutant Changed(PtxChange change, int start, int length, string with) =>
            new(statement, statement with { Template = statement.Template.Replace(start, length, with) }, targets, change, whole, whole.Remove(start - instruction.Start, length).Insert(start - instruction.Start, with));

        foreach (var (change, other) in Spellings(instruction.Spelling))
            yield return Changed(change, spelling, instruction.Spelling.Length, other);
        if (instruction.Predicate is not null)
            yield return Changed(PtxChange.OperandCount, instruction.Start, spelling - instruction.Start, "");

        var parts = Parts(text, spelling + instruction.Spelling.Length, end).ToArray();
        for (var i = 0; i < parts.Length; i++)
        {
            var (start, length, operand) = (parts[i].Start, parts[i].Length, text.Substring(parts[i].Start, parts[i].Length));

            // With the comma before it, or behind the first.
            var (from, to) = i > 0 ? (parts[i - 1].Start + parts[i - 1].Length, start + length) : (start, parts.Length > 1 ? parts[1].Start : start + length);
            yield return Changed(PtxChange.OperandCount, from, to - from, "");
            foreach (var other in Operands(operand, statement.Operands.Count))
                yield return Changed(PtxChange.Operand, start, length, other);
            foreach (var other in Vectors(operand))
                yield return Changed(PtxChange.OperandCount, start, length, other);
            foreach (var other in Constants(operand))
                yield return Changed(PtxChange.Constant, start, length, other);
        }

        yield return Changed(PtxChange.OperandCount, end, 0, parts.Length == 0 ? " 0" : $", {text.AsSpan(parts[^1].Start, parts[^1].Length)}");
    }

    private static IEnumerable<(PtxChange Change, string Spelling)> Spellings(string spelling)
    {
        var words = spelling.Split('.');
        for (var i = 0; i < words.Length; i++)
        {
            var change = i == 0 ? PtxChange.Opcode : PtxChange.Modifier;
            var beginning = string.Join('.', words[..i]);
            string With(params string[] middle) => string.Join('.', [.. words[..i], .. middle, .. words[(i + 1)..]]);
            yield return (change, With(words[i] + "x"));
            yield return (change, With(words[i][..^1]));
            foreach (var sibling in Siblings(InstructionTable.Instance.Following(beginning), words[i]))
                yield return (change, With(sibling));
            if (i > 0)
            {
                yield return (change, With());
                yield return (change, With(words[i], words[i]));
                if (i + 1 < words.Length && words[i] != words[i + 1])
                    yield return (change, string.Join('.', [.. words[..i], words[i + 1], words[i], .. words[(i + 2)..]]));
            }
        }
    }

    // What else may stand there: all, or of many the nearest and the farthest.
    private static IEnumerable<string> Siblings(IReadOnlyCollection<string> legal, string word)
    {
        var sorted = legal.Order(StringComparer.Ordinal).ToArray();
        var at = Array.IndexOf(sorted, word);
        return sorted.Where((other, i) => i != at && (sorted.Length <= ManySiblings || i == 0 || i == sorted.Length - 1 || Math.Abs(i - at) == 1));
    }

    private static IEnumerable<string> Operands(string operand, int count)
    {
        if (operand is ['[', .., ']'])
        {
            yield return operand[1..^1];
        }
        else if (operand is not ['{', ..])
        {
            yield return $"[{operand}]";
            yield return $"{{{operand}}}";
        }

        if (operand is ['%', >= '0' and <= '9', ..])
        {
            for (var other = 0; other < Math.Min(count, ManySiblings); other++)
            {
                if (operand != $"%{other}")
                    yield return $"%{other}";
            }

            yield return $"%{count}";
        }
        else if (operand.StartsWith("%%", StringComparison.Ordinal))
        {
            yield return operand[1..];
            yield return operand + "x";
        }
        else if (char.IsLetter(operand[0]))
        {
            yield return operand + "x";
        }
    }

    private static IEnumerable<string> Vectors(string operand)
    {
        var open = operand.IndexOf('{', StringComparison.Ordinal);
        if (open < 0)
            yield break;
        var close = operand.IndexOf('}', open);
        var items = operand[(open + 1)..close].Split(", ");
        string With(IEnumerable<string> others) => $"{operand[..(open + 1)]}{string.Join(", ", others)}{operand[close..]}";
        yield return With(items[1..]);
        yield return With(items[..^1]);
        yield return With([.. items, items[0]]);
        yield return $"{operand[..open]}{items[0]}{operand[(close + 1)..]}";
    }

    private static IEnumerable<string> Constants(string operand)
    {
        if (long.TryParse(operand, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return [$"{value + 1}", $"{2 * value}", "99999"];
        return operand.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? [operand + "1", operand[..^1] + (operand[^1] == '1' ? '2' : '1')] : [];
    }

    private static IEnumerable<PtxMutant> OfRegisters(AsmStatement statement, IReadOnlyList<Target> targets, PtxStatement.Registers registers)
    {
        var declaration = $".reg .{registers.Type}";
        var start = statement.Template.Text.IndexOf(declaration, StringComparison.Ordinal);
        foreach (var type in ((string[])["pred", "b16", "b32", "b64", "f32", "f64", "wrong"]).Where(type => type != registers.Type))
        {
            var changed = $".reg .{type}";
            yield return new PtxMutant(statement, statement with { Template = statement.Template.Replace(start, declaration.Length, changed) }, targets, PtxChange.RegisterKind, declaration, changed);
        }

        var end = statement.Template.Text.IndexOf(';', start);
        yield return new PtxMutant(statement, statement with { Template = statement.Template.Replace(start, end + 1 - start, "") }, targets, PtxChange.OperandCount, statement.Template.Text[start..(end + 1)], "");
    }

    private static IEnumerable<PtxMutant> OfConstraints(AsmStatement statement, IReadOnlyList<Target> targets)
    {
        var operands = statement.Operands;
        PtxMutant Changed(int i, string constraint)
        {
            var changed = new AsmOperand(constraint, operands[i].Expression, operands[i].IsOutput, operands[i].Line);
            return new PtxMutant(statement, statement with { Operands = [.. operands.Take(i), changed, .. operands.Skip(i + 1)] }, targets, PtxChange.RegisterKind, $"%{i} {operands[i]}", $"%{i} {changed}");
        }

        for (var i = 0; i < operands.Count; i++)
        {
            // Of a run of the same constraints, an accumulator's, the ends.
            if (i > 0 && i + 1 < operands.Count && operands[i - 1].Constraint == operands[i].Constraint && operands[i + 1].Constraint == operands[i].Constraint)
                continue;
            var prefix = operands[i].Constraint is ['=' or '+', ..] ? operands[i].Constraint[..1] : "";
            foreach (var kind in RegisterKinds.Where(kind => kind != operands[i].Kind))
                yield return Changed(i, $"{prefix}{kind}");
            if (prefix.Length > 0)
                yield return Changed(i, $"{operands[i].Kind}");
            if (prefix == "+")
                yield return Changed(i, $"={operands[i].Kind}");
        }
    }

    private static IEnumerable<PtxMutant> OfEffects(AsmStatement statement, IReadOnlyList<Target> targets)
    {
        if (statement.IsVolatile)
            yield return new PtxMutant(statement, statement with { IsVolatile = false }, targets, PtxChange.Effects, $"volatile {statement.Template.Text}", statement.Template.Text);
        if (statement.Clobbers.Count > 0)
            yield return new PtxMutant(statement, statement with { Clobbers = [] }, targets, PtxChange.Effects, $"{statement.Template.Text} : \"{statement.Clobbers[0]}\"", statement.Template.Text);
    }

    // Start and length of the operands, without the spaces around them.
    private static IEnumerable<(int Start, int Length)> Parts(string text, int start, int end)
    {
        var depth = 0;
        for (var i = start; i <= end; i++)
        {
            if (i == end || (text[i] == ',' && depth == 0))
            {
                var part = text[start..i];
                if (part.Trim().Length > 0)
                    yield return (start + part.Length - part.TrimStart().Length, part.Trim().Length);
                start = i + 1;
                continue;
            }

            depth += text[i] is '{' or '[' ? 1 : text[i] is '}' or ']' ? -1 : 0;
        }
    }
}
