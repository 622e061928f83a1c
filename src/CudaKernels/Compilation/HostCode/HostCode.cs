namespace CudaKernels;

/// <summary>Leaves the host code of a CUDA C++ file out, so that a device compiler alone can take it.</summary>
/// <remarks>
/// Out go what device code cannot call or name: functions without <c>__device__</c> or <c>__global__</c> (unless <c>constexpr</c>),
/// variables of the host, classes with members of host types, and includes of host libraries. All else stays, macros and
/// conditions included, and every line keeps its number. A light reading, not a C++ parser.
/// </remarks>
internal sealed class HostCode
{
    private readonly DeviceMacros _macros;
    private readonly string _text;
    private readonly char[] _kept;
    private readonly List<PlacedToken> _tokens;
    private readonly DeclarationReader _reader;
    private readonly HashSet<string> _goneClasses = [], _goneFunctions = [], _keptNames = [];

    private HostCode(string text, DeviceMacros macros)
    {
        (_text, _macros, _kept) = (text, macros, text.ToCharArray());
        _tokens = PlacedToken.Read(text);
        _reader = new DeclarationReader(_tokens, macros);
    }

    /// <param name="text">A source or a header.</param>
    /// <param name="macros">The macros of the whole program.</param>
    public static string LeaveOut(string text, DeviceMacros macros)
    {
        var code = new HostCode(text, macros);
        code.Scope(0, isClass: false);
        return new string(code._kept);
    }

    // Leaves host declarations out of the scope that starts at a token; gives the token that closes it.
    private int Scope(int i, bool isClass)
    {
        while (i < _tokens.Count)
        {
            var token = _tokens[i];
            if (token.IsDirective)
            {
                // What #if 0 leaves out need not even be C++.
                i = IsNever(token) ? _reader.Next(i - 1) : i + 1;
            }
            else if (token.Text == ";" || (token.Text is "public" or "private" or "protected" && i + 1 < _tokens.Count && _tokens[i + 1].Text == ":"))
            {
                i += token.Text == ";" ? 1 : 2;
            }
            else if (token.Text == "}")
            {
                if (isClass)
                    return i;
                i++; // of a namespace that another branch opened
            }
            else
            {
                i = One(_reader.Read(i), isClass);
            }
        }

        return i;
    }

    private static bool IsNever(PlacedToken directive) => directive.DirectiveName == "if" && directive.Text.AsSpan(1).Trim().EndsWith(" 0", StringComparison.Ordinal);

    private int One(Declaration declaration, bool isClass)
    {
        var (kind, start, head, body, end) = declaration;
        switch (kind)
        {
            case DeclarationKind.Namespace when body >= 0:
                Scope(body + 1, declaration);
                break;
            case DeclarationKind.Class:
                Scope(body + 1, declaration);
                if (!IsDevice(start, body) && (NamesHost(body, end) || DerivesFromHost(start, body)))
                {
                    _goneClasses.Add(ClassName(start, body));
                    Blank(start, end);
                }

                break;
            case DeclarationKind.Function:
                if (!IsDevice(start, head) && !(IsConstant(start, head) && !HostNames.AreIn(_tokens, start, end)) && !(isClass && IsDefaulted(head)))
                {
                    _goneFunctions.Add(FunctionName(start, head));
                    Blank(start, end);
                }
                else
                {
                    _keptNames.UnionWith(_tokens.GetRange(start, head - start).Select(token => token.Text));
                }

                break;
            case DeclarationKind.Other when NamesGoneFunction(start, end):
                Blank(start, end);
                break;
            case DeclarationKind.Variable when !isClass:
                if (!IsDevice(start, head) && (!(IsConstant(start, head) || Has(start, head, "const")) || HostNames.AreIn(_tokens, start, end)))
                    Blank(start, end);
                break;
            case DeclarationKind.Other when !isClass && (HostNames.AreIn(_tokens, start, end) || _macros.WritesHostCode(_tokens[start].Text)):
                Blank(start, end);
                break;
        }

        return Math.Max(end, start + 1);
    }

    private void Scope(int first, Declaration declaration)
    {
        // A scope is read up to its own closing brace, so that one brace too many inside cannot swallow the rest of the file.
        var inner = _tokens.GetRange(0, Math.Max(first, declaration.End - (declaration.Kind == DeclarationKind.Namespace ? 1 : 0)));
        var code = new HostCode(this, inner);
        code.Scope(first, isClass: declaration.Kind == DeclarationKind.Class);
    }

    private HostCode(HostCode outer, List<PlacedToken> tokens)
    {
        (_text, _macros, _kept, _tokens) = (outer._text, outer._macros, outer._kept, tokens);
        (_goneClasses, _goneFunctions, _keptNames) = (outer._goneClasses, outer._goneFunctions, outer._keptNames);
        _reader = new DeclarationReader(tokens, _macros);
    }

    private bool IsDevice(int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (_macros.MarksDevice(_tokens[i].Text))
                return true;
        }

        return false;
    }

    private bool IsConstant(int from, int to) => Has(from, to, "constexpr") || Has(from, to, "consteval");

    private bool IsDefaulted(int head) => head + 1 < _tokens.Count && _tokens[head].Text == "=" && _tokens[head + 1].Text is "default" or "delete";

    private bool Has(int from, int to, string word)
    {
        for (var i = from; i < to; i++)
        {
            if (_tokens[i].Text == word)
                return true;
        }

        return false;
    }

    // Whether what is left of a class, its host functions gone, names host types.
    private bool NamesHost(int from, int to)
    {
        var left = _tokens.GetRange(from, to - from).FindAll(token => _kept[token.Start] != ' ');
        return HostNames.AreIn(left, 0, left.Count);
    }

    // Whether a base class is one of the host.
    private bool DerivesFromHost(int start, int body)
    {
        var bases = _tokens.FindIndex(start, body - start, token => token.Text == ":");
        return bases >= 0 && (HostNames.AreIn(_tokens, bases, body) || _tokens.GetRange(bases, body - bases).Exists(token => _goneClasses.Contains(token.Text)));
    }

    // using names::run; of a function that is left out, and that no device function shares its name with.
    private bool NamesGoneFunction(int start, int end) =>
        end - start >= 5 && _tokens[start].Text == "using" && _tokens[end - 1].Text == ";" && _tokens[end - 3].Text == "::" && _goneFunctions.Contains(_tokens[end - 2].Text) && !_keptNames.Contains(_tokens[end - 2].Text);

    private string FunctionName(int start, int head)
    {
        var parameters = _tokens.FindIndex(start, head - start, token => token.Text == "(");
        return parameters > start ? _tokens[parameters - 1].Text : "";
    }

    private string ClassName(int start, int body)
    {
        var end = _tokens.FindIndex(start, body - start, token => token.Text == ":") is >= 0 and var bases ? bases : body;
        return _tokens[_tokens[end - 1].Text == "final" ? end - 2 : end - 1].Text;
    }

    // Preprocessor lines stay: conditions must stay balanced, and macros may be used later.
    private void Blank(int from, int to)
    {
        if (from >= to)
            return;
        var (start, end) = (_tokens[from].Start, _tokens[to - 1].End);
        var directives = _tokens.GetRange(from, to - from).Where(token => token.IsDirective).ToArray();
        var next = 0;
        for (var at = start; at < end; at++)
        {
            if (next < directives.Length && at == directives[next].Start)
            {
                at = directives[next++].End - 1;
                continue;
            }

            if (_kept[at] is not ('\n' or '\r'))
                _kept[at] = ' ';
        }
    }
}
