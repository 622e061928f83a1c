using System.Globalization;

namespace CudaKernels.PtxLint;

/// <summary>What a table row says of one operand.</summary>
internal abstract record FormOperand(string Text)
{
    /// <summary>A register of one of some kinds; read, written, or both.</summary>
    internal sealed record Register(string Text, string Kinds, bool IsRead, bool IsWritten) : FormOperand(Text);

    /// <summary>A constant; with the values that are legal, where they are few.</summary>
    internal sealed record Constant(string Text, IReadOnlyList<int>? Legal) : FormOperand(Text);

    internal sealed record Special(string Text) : FormOperand(Text);

    internal sealed record Label(string Text) : FormOperand(Text);

    internal sealed record Sink(string Text) : FormOperand(Text);

    internal sealed record Vector(string Text, FormOperand Item, int Length) : FormOperand(Text);

    internal sealed record Address(string Text, Register Base, Vector? Coordinates) : FormOperand(Text);

    internal sealed record Pair(string Text, FormOperand First, FormOperand Second) : FormOperand(Text);

    /// <summary>Reads one operand of a row; <paramref name="size"/> is the value of <c>N</c>, <paramref name="kinds"/> those of <c>T</c>.</summary>
    public static FormOperand Parse(string text, int size, string kinds)
    {
        if (text is ['[', .. var inside, ']'])
        {
            var parts = inside.Split(',', 2, StringSplitOptions.TrimEntries);
            var coordinates = parts.Length > 1 ? (Vector)Parse(parts[1], size, kinds) : null;
            return new Address(coordinates is null ? text : $"[{parts[0]}, {coordinates.Text}]", (Register)Parse(parts[0], size, kinds), coordinates);
        }

        if (text is ['{', .. var items, '}'])
        {
            var parts = items.Split(" x");
            var count = Count(parts[1], size);
            var item = Parse(parts[0], size, kinds);
            return new Vector($"{{{item.Text} x{count}}}", item, count);
        }

        if (text.Split('|') is [var first, var second])
            return new Pair(text, Parse(first, size, kinds), Parse(second, size, kinds) with { Text = second });
        return text switch
        {
            "_" => new Sink(text),
            "s" => new Special("a special register"),
            "L" => new Label("a label"),
            ['n'] => new Constant("a constant", null),
            ['n', '(', .. var values, ')'] => new Constant($"a constant of {values}", [.. Values(values)]),
            _ => RegisterOf(text, kinds),
        };
    }

    /// <summary>The numbers in <c>8..256/8</c> or <c>4,8,16</c>.</summary>
    public static IEnumerable<int> Values(string text)
    {
        if (text.Split("..") is not [var first, var rest])
            return text.Split(',').Select(Number);
        var (last, step) = rest.Split('/') is [var end, var by] ? (Number(end), Number(by)) : (Number(rest), 1);
        return Enumerable.Range(0, ((last - Number(first)) / step) + 1).Select(i => Number(first) + (i * step));
    }

    private static Register RegisterOf(string text, string kinds)
    {
        var names = text.TrimStart('=', '+').Replace("T", kinds, StringComparison.Ordinal);
        return new Register($"{(text[0] is '=' or '+' ? text[0] : "")}{names}", names, text[0] != '=', text[0] is '=' or '+');
    }

    private static int Count(string text, int size) => text switch
    {
        "N" => size,
        ['N', '/', .. var by] => size / Number(by),
        ['N', '-', .. var less] => size - Number(less),
        _ => Number(text),
    };

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
