namespace CudaKernels.PtxLint;

/// <summary>Expands macros as the C++ standard tells: arguments first, then # and ##, then the result again, never a macro within itself.</summary>
internal sealed class MacroExpansion(IReadOnlyDictionary<string, Macro> macros)
{
    public List<Token> Expand(IEnumerable<Token> input)
    {
        var pending = new Stack<Token>(input.Reverse());
        var output = new List<Token>();
        while (pending.TryPop(out var token))
        {
            if (token.Kind != TokenKind.Name || !macros.TryGetValue(token.Spelling, out var macro) || MacroChain.Contains(token.Made, token.Spelling))
            {
                output.Add(token);
            }
            else if (macro.Parameters is null)
            {
                Push(pending, Substitute(macro, []), token, new MacroChain(macro.Name, token.Made));
            }
            else if (pending.TryPeek(out var next) && next.Is("("))
            {
                var arguments = Arguments(pending, macro, token, out var close);
                Push(pending, Substitute(macro, arguments), token, new MacroChain(macro.Name, MacroChain.Shorter(token.Made, close.Made)));
            }
            else
            {
                output.Add(token);
            }
        }

        return output;
    }

    private static void Push(Stack<Token> pending, List<Token> made, Token call, MacroChain macros)
    {
        for (var i = made.Count - 1; i >= 0; i--)
        {
            var token = made[i];
            pending.Push(token with { File = call.File, Line = call.Line, Made = MacroChain.Join(token.Made, macros), HasSpaceBefore = i == 0 ? call.HasSpaceBefore : token.HasSpaceBefore });
        }
    }

    private static List<List<Token>> Arguments(Stack<Token> pending, Macro macro, Token call, out Token close)
    {
        pending.Pop();
        var arguments = new List<List<Token>> { new() };
        for (var depth = 0; ;)
        {
            if (!pending.TryPop(out var token))
                throw new UnreadableSourceException(call, $"the call of the macro {macro.Name} has no closing bracket");
            if (token.Is(")") && depth-- == 0)
            {
                close = token;
                break;
            }

            depth += token.Is("(") ? 1 : 0;
            if (token.Is(",") && depth == 0 && !(macro.IsVariadic && arguments.Count == macro.Parameters!.Count))
                arguments.Add([]);
            else
                arguments[^1].Add(token);
        }

        while (arguments.Count < macro.Parameters!.Count)
            arguments.Add([]);
        return arguments;
    }

    private List<Token> Substitute(Macro macro, List<List<Token>> arguments)
    {
        var made = new List<Token>();
        for (var i = 0; i < macro.Body.Count; i++)
        {
            var token = macro.Body[i];
            var parameter = Index(macro, token);
            if (token.Is("#") && macro.Parameters is not null && i + 1 < macro.Body.Count && Index(macro, macro.Body[i + 1]) is >= 0 and var named)
            {
                made.Add(token with { Kind = TokenKind.Text, Spelling = Quote(arguments[named]) });
                i++;
            }
            else if (token.Is("##") && made.Count > 0 && i + 1 < macro.Body.Count)
            {
                var right = Index(macro, macro.Body[++i]) is >= 0 and var pasted ? arguments[pasted] : [macro.Body[i]];
                if (right.Count > 0)
                {
                    made[^1] = Tokenizer.Read(token.File, made[^1].Spelling + right[0].Spelling) is [var whole] ? whole : throw new UnreadableSourceException(token, $"{made[^1].Spelling} ## {right[0].Spelling} is no token");
                    made.AddRange(right.Skip(1));
                }
            }
            else if (parameter >= 0)
            {
                var isPasted = i + 1 < macro.Body.Count && macro.Body[i + 1].Is("##");
                made.AddRange(isPasted ? arguments[parameter] : Expand(arguments[parameter]));
            }
            else
            {
                made.Add(token);
            }
        }

        return made;
    }

    private static int Index(Macro macro, Token token) => token.Kind == TokenKind.Name && macro.Parameters is not null ? macro.Parameters.IndexOf(token.Spelling) : -1;

    private static string Quote(List<Token> argument)
    {
        var parts = argument.Select((token, i) =>
            (i > 0 && token.HasSpaceBefore ? " " : "") + (token.Kind is TokenKind.Text or TokenKind.Character ? token.Spelling.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) : token.Spelling));
        return $"\"{string.Concat(parts)}\"";
    }
}
