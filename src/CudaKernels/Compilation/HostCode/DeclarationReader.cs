namespace CudaKernels;

/// <summary>Finds where declarations end. Conditions are not evaluated: inside a declaration the first branch stands for all.</summary>
internal sealed class DeclarationReader(List<PlacedToken> tokens, DeviceMacros macros)
{
    /// <summary>Reads the declaration that starts at a token, which is no preprocessor line and no closing brace.</summary>
    public Declaration Read(int start)
    {
        if (macros.TakesArguments(Text(start)) && Text(start + 1) == "(" && Group(start + 1) is var end && Text(end) is not "{" and not "->" and not "const")
            return new Declaration(DeclarationKind.Other, start, end, -1, Text(end) == ";" ? end + 1 : end);
        var kind = DeclarationKind.Variable;
        var (hasParameters, hasClass, isEnum, isPlain, body) = (false, false, false, false, -1);
        for (var i = start; i < tokens.Count; i = Next(i))
        {
            switch (Text(i))
            {
                case ";":
                    return new Declaration(body >= 0 ? kind : isPlain || isEnum ? DeclarationKind.Other : hasParameters ? DeclarationKind.Function : kind, start, i, body, i + 1);
                case "}":
                    return new Declaration(DeclarationKind.Other, start, i, body, i);
                case "namespace" when !isPlain && i < start + 2:
                    kind = DeclarationKind.Namespace;
                    break;
                case "\"C\"" or "\"C++\"" when Text(i + 1) == "{":
                    return new Declaration(DeclarationKind.Namespace, start, i + 1, i + 1, Group(i + 1));
                case "using" or "typedef" or "static_assert" or "concept" or "asm" when !hasParameters:
                    isPlain = true;
                    break;
                case "class" or "struct" or "union" when !hasParameters && !isEnum:
                    hasClass = true;
                    kind = Text(i + 1) == ";" || Text(i + 2) == ";" ? DeclarationKind.Other : kind;
                    break;
                case "enum" when !hasParameters:
                    isEnum = true;
                    break;
                case "template" when Text(i + 1) == "<":
                    i = Angles(i + 1) - 1;
                    break;
                case "operator":
                    // The name may be any punctuation, "()" included; the parameters follow.
                    i = Text(i + 1) == "(" ? i + 2 : i + 1;
                    while (i + 1 < tokens.Count && Text(i + 1) != "(")
                        i++;
                    break;
                case "(":
                    hasParameters |= !IsAttribute(Text(i - 1));
                    i = Group(i) - 1;
                    break;
                case "[":
                    i = Group(i) - 1;
                    break;
                case "=":
                    var stop = Semicolon(i);
                    return new Declaration(isPlain ? DeclarationKind.Other : hasParameters ? DeclarationKind.Function : kind, start, i, body, stop);
                case ":" when hasParameters:
                    i = Initialisers(i) - 1;
                    break;
                case "{":
                    if (kind == DeclarationKind.Namespace)
                        return new Declaration(kind, start, i, i, Group(i));
                    if (hasParameters && !isPlain && body < 0)
                        return new Declaration(DeclarationKind.Function, start, i, -1, Group(i));
                    if (hasClass && body < 0)
                        (body, kind) = (i, DeclarationKind.Class);
                    i = Group(i) - 1;
                    break;
            }
        }

        return new Declaration(DeclarationKind.Other, start, tokens.Count, body, tokens.Count);
    }

    /// <summary>The next token in the branch that is read.</summary>
    public int Next(int i)
    {
        for (i++; i < tokens.Count && tokens[i].IsDirective; i++)
        {
            var name = tokens[i].DirectiveName;
            // What follows the first branch is skipped, and so is a first branch that nothing takes.
            if (name is "else" or "elif" or "elifdef" or "elifndef" || (name == "if" && tokens[i].Text.AsSpan(1).Trim().EndsWith(" 0", StringComparison.Ordinal)))
                i = BranchEnd(i, stopsAtElse: name == "if");
        }

        return i;
    }

    // The directive that ends the branch begun at i: #endif, or #else too.
    private int BranchEnd(int i, bool stopsAtElse)
    {
        var depth = 0;
        for (i++; i < tokens.Count; i++)
        {
            if (!tokens[i].IsDirective)
                continue;
            var name = tokens[i].DirectiveName;
            if (name.StartsWith("if", StringComparison.Ordinal))
                depth++;
            else if (name == "endif" && depth-- == 0)
                return i;
            else if (name == "else" && depth == 0 && stopsAtElse)
                return i;
        }

        return i;
    }

    private string Text(int i) => i >= 0 && i < tokens.Count ? tokens[i].Text : "";

    private static bool IsAttribute(string word) =>
        word is "alignas" or "__align__" or "__attribute__" or "__launch_bounds__" or "__cluster_dims__" or "__block_size__" or "__maxnreg__" or "decltype" or "noexcept" or "explicit" or "requires" or "__declspec";

    /// <summary>The token after the group of brackets that opens at <paramref name="open"/>.</summary>
    private int Group(int open)
    {
        var depth = 0;
        for (var i = open; i < tokens.Count; i = Next(i))
        {
            switch (Text(i))
            {
                case "(" or "[" or "{":
                    depth++;
                    break;
                case ")" or "]" or "}" when --depth == 0:
                    return i + 1;
            }
        }

        return tokens.Count;
    }

    private int Angles(int open)
    {
        var depth = 0;
        for (var i = open; i < tokens.Count; i = Next(i))
        {
            switch (Text(i))
            {
                case "<":
                    depth++;
                    break;
                case ">" when --depth == 0:
                    return i + 1;
                case "(" or "{":
                    i = Group(i) - 1;
                    break;
                case ";":
                    return i;
            }
        }

        return tokens.Count;
    }

    private int Semicolon(int i)
    {
        for (; i < tokens.Count; i = Next(i))
        {
            switch (Text(i))
            {
                case ";":
                    return i + 1;
                case "}":
                    return i;
                case "(" or "[" or "{":
                    i = Group(i) - 1;
                    break;
            }
        }

        return tokens.Count;
    }

    // The members that a constructor initialises, up to its body.
    private int Initialisers(int colon)
    {
        for (var i = colon + 1; i < tokens.Count; i = Next(i))
        {
            if (Text(i) is not ("(" or "{"))
                continue;
            var end = Group(i);
            if (Text(end) != ",")
                return end;
            i = end;
        }

        return tokens.Count;
    }
}
