namespace CudaKernels.PtxLint;

/// <summary>What register kind a C++ expression has, where the names in it are declared with a type that the lint knows; the compiler of the GPU refuses a mismatch, a host compiler never sees it.</summary>
internal sealed class DeclaredTypes
{
    private readonly Dictionary<string, (char Kind, bool IsPointer)> _names = [];

    public DeclaredTypes(IReadOnlyList<Token> scope)
    {
        for (var i = 0; i + 1 < scope.Count; i++)
        {
            // Earlier statements declare nothing.
            if (AsmReader.IsAsm(scope[i]))
            {
                while (i + 1 < scope.Count && !scope[i].Is(";"))
                    i++;
            }
            else if (Type(scope, i, out var kind, out var length) && (i == 0 || !scope[i - 1].Is("<")))
                i = Declare(scope, i + length, kind) - 1;
        }
    }

    /// <summary>The kind's letter (S a struct, T one of 32 bits, W one of words, b one byte); null when the lint cannot tell.</summary>
    public char? KindOf(List<Token> expression)
    {
        switch (expression)
        {
            case [{ Spelling: "&" }, ..]:
                return 'l';
            case [{ Spelling: "(" }, .. var rest] when Type(rest, 0, out var cast, out var length) && length < rest.Count:
                return rest[length].Is(")") ? cast : rest[length].Is("*") ? 'l' : null;
            case [{ Spelling: "static_cast" or "reinterpret_cast" }, { Spelling: "<" }, .. var rest] when Type(rest, 0, out var cast, out var length):
                return rest[length].Is(">") ? cast : rest[length].Is("*") ? 'l' : null;
            case [{ Spelling: "smem_u32" or "__float_as_uint" }, { Spelling: "(" }, ..] or [_, { Spelling: "::" }, { Spelling: "smem_u32" }, { Spelling: "(" }, ..]:
                return 'r';
            case [{ Kind: TokenKind.Name } name]:
                return _names.TryGetValue(name.Spelling, out var declared) ? declared.IsPointer ? 'l' : declared.Kind : null;
            case [{ Kind: TokenKind.Name } name, { Spelling: "[" }, .., { Spelling: "]" }]:
                return _names.TryGetValue(name.Spelling, out var array) ? array.Kind : null;
            case [{ Kind: TokenKind.Name } name, { Spelling: "." }, { Spelling: "bits" }]:
                return _names.TryGetValue(name.Spelling, out var holder) ? holder.Kind == 'T' ? 'r' : 'h' : null;
            case [{ Kind: TokenKind.Name } name, { Spelling: "." }, { Spelling: "word" }, { Spelling: "[" }, .., { Spelling: "]" }]:
                return _names.TryGetValue(name.Spelling, out var words) && words.Kind == 'W' ? 'r' : null;
            default:
                return null;
        }
    }

    private static bool Type(IReadOnlyList<Token> tokens, int at, out char kind, out int length)
    {
        (kind, length) = (default, 0);
        while (at + length < tokens.Count && tokens[at + length].Is("const"))
            length++;
        if (at + length >= tokens.Count || tokens[at + length].Kind != TokenKind.Name)
            return false;
        var words = 0;
        while (at + length + words < tokens.Count && tokens[at + length + words].Spelling is "unsigned" or "signed" or "long" or "short" or "int" or "char")
            words++;
        if (words > 0)
        {
            var text = string.Join(' ', tokens.Skip(at + length).Take(words).Select(token => token.Spelling));
            kind = text.Contains("long", StringComparison.Ordinal) ? 'l' : text.Contains("short", StringComparison.Ordinal) ? 'h' : text.Contains("char", StringComparison.Ordinal) ? 'b' : 'r';
            length += words;
            return true;
        }

        kind = KindOf(tokens[at + length].Spelling);
        length++;
        if (kind == 'W')
        {
            while (at + length < tokens.Count && !tokens[at + length - 1].Is(">"))
                length++;
        }

        return kind != default;
    }

    private static char KindOf(string type) => type switch
    {
        "u32" or "i32" => 'r',
        "u64" or "i64" or "size_t" => 'l',
        "u16" or "i16" => 'h',
        "float" => 'f',
        "double" => 'd',
        "f16" or "bf16" or "f16x2" or "bf16x2" or "void" => 'S',
        "u8" or "i8" or "bool" => 'b',
        "tf32" => 'T',
        "Words" => 'W',
        _ => default,
    };

    /// <summary>Reads the declarators behind a type: <c>*p, (&amp;d)[4], x = 1</c>.</summary>
    private int Declare(IReadOnlyList<Token> scope, int at, char kind)
    {
        while (true)
        {
            var isPointer = false;
            while (at < scope.Count && scope[at].Spelling is "*" or "&" or "(" or "const" or "__restrict__")
                isPointer |= scope[at++].Is("*");
            if (at + 1 >= scope.Count || scope[at].Kind != TokenKind.Name || !(scope[at + 1].Spelling is "," or ")" or ";" or "=" or "[" or "{" || (kind == 'W' && scope[at + 1].Is("("))))
                return at;
            _names[scope[at].Spelling] = (kind, isPointer);

            // Another name of the same type: only after a comma that no new type follows.
            if (!scope[at + 1].Is(",") || at + 3 >= scope.Count || scope[at + 3].Spelling is not ("," or ";" or "=" or "["))
                return at;
            at += 2;
        }
    }
}
