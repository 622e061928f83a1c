namespace CudaKernels.PtxLint;

/// <summary>A macro: its parameters (null for one without a list) and its body.</summary>
internal sealed record Macro(string Name, List<string>? Parameters, bool IsVariadic, IReadOnlyList<Token> Body)
{
    /// <summary>Reads what follows <c>#define</c>.</summary>
    public static Macro Read(IReadOnlyList<Token> definition)
    {
        var name = definition[0].Spelling;
        if (definition.Count < 2 || !definition[1].Is("(") || definition[1].HasSpaceBefore)
            return new Macro(name, null, false, [.. definition.Skip(1)]);
        var parameters = new List<string>();
        var at = 2;
        for (; !definition[at].Is(")"); at++)
        {
            if (!definition[at].Is(","))
                parameters.Add(definition[at].Spelling);
        }

        var isVariadic = parameters is [.., "..."];
        if (isVariadic)
            parameters[^1] = "__VA_ARGS__";
        return new Macro(name, parameters, isVariadic, [.. definition.Skip(at + 1)]);
    }

    public static Macro Number(string name, int value) => new(name, null, false, [new Token(TokenKind.Number, value.ToString(System.Globalization.CultureInfo.InvariantCulture), "", 0)]);
}
