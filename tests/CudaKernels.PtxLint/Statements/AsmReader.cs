namespace CudaKernels.PtxLint;

/// <summary>Finds the asm statements among a file's tokens.</summary>
internal static class AsmReader
{
    public static bool IsAsm(Token token) => token.Kind == TokenKind.Name && token.Spelling is "asm" or "__asm__" or "__asm";

    public static IEnumerable<AsmStatement> Read(Token[] tokens)
    {
        var open = new Stack<int>();
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i].Is("{"))
                open.Push(i);
            else if (tokens[i].Is("}"))
                open.TryPop(out _);
            else if (IsAsm(tokens[i]))
                yield return ReadOne(tokens, i, Scope(tokens, i, open));
        }
    }

    private static AsmStatement ReadOne(Token[] tokens, int start, ArraySegment<Token> scope)
    {
        var word = tokens[start];
        var at = start + 1;
        var isVolatile = false;
        for (; at < tokens.Length && !tokens[at].Is("("); at++)
            isVolatile |= tokens[at].Spelling is "volatile" or "__volatile__";

        // The four parts between colons; :: is two of them.
        var parts = new List<List<Token>> { new() };
        for (var depth = 0; ;)
        {
            var token = ++at < tokens.Length ? tokens[at] : throw new UnreadableSourceException(word, $"the asm statement is never closed");
            if (token.Is(")") && depth-- == 0)
                break;
            depth += token.Is("(") ? 1 : 0;
            if (depth == 0 && (token.Is(":") || token.Is("::")))
                parts.AddRange(token.Is("::") ? [[], []] : [[]]);
            else
                parts[^1].Add(token);
        }

        var template = new AsmTemplate();
        foreach (var piece in parts[0])
        {
            if (piece.Kind != TokenKind.Text)
                throw new UnreadableSourceException(piece, $"'{piece.Spelling}' stands in the template of an asm statement");
            template.Append(piece);
        }

        var operands = parts.Skip(1).Take(2).SelectMany((part, i) => Operands(part, isOutput: i == 0)).ToArray();
        for (var i = 0; i < operands.Length; i++)
        {
            if (operands[i].TiedTo is >= 0 and var tied && tied < operands.Length)
                operands[i] = operands[i] with { Kind = operands[tied].Kind };
        }

        var clobbers = parts.Count < 4 ? [] : parts[3].Where(token => token.Kind == TokenKind.Text).Select(token => token.Spelling.Trim('"')).ToArray();
        return new AsmStatement(word.File, word.Line, isVolatile, template, operands, clobbers, scope);
    }

    private static IEnumerable<AsmOperand> Operands(List<Token> part, bool isOutput)
    {
        for (var i = 0; i < part.Count; i++)
        {
            if (part[i].Kind != TokenKind.Text)
                continue;
            var (first, constraint) = (part[i], "");
            for (; i < part.Count && part[i].Kind == TokenKind.Text; i++)
                constraint += part[i].Spelling.Trim('"');
            if (i == part.Count || !part[i].Is("("))
                throw new UnreadableSourceException(first, $"the operand \"{constraint}\" has no expression in brackets");
            var end = i + 1;
            for (var depth = 1; depth > 0; end++)
                depth += part[end].Is("(") ? 1 : part[end].Is(")") ? -1 : 0;
            yield return new AsmOperand(constraint, part[(i + 1)..(end - 1)], isOutput, first.Line);
            i = end - 1;
        }
    }

    /// <summary>The tokens from the enclosing function's first word to the statement.</summary>
    private static ArraySegment<Token> Scope(Token[] tokens, int statement, Stack<int> open)
    {
        var body = open.Reverse().FirstOrDefault(i => i > 0 && (tokens[i - 1].Is(")") || tokens[i - 1].Is("const")), statement);
        var first = body;
        while (first > 0 && !(tokens[first - 1].Is(";") || tokens[first - 1].Is("}") || tokens[first - 1].Is("{")))
            first--;
        return new ArraySegment<Token>(tokens, first, statement - first);
    }
}
