namespace CudaKernels.Emulation;

/// <summary>A kernel as a source declares it.</summary>
/// <param name="Name">Its qualified name.</param>
/// <param name="IsTemplate">Whether it needs template arguments.</param>
/// <param name="MaxThreads">The first argument of __launch_bounds__, or null.</param>
/// <param name="TemplateHeader">What stands between <c>template</c> and the declaration, its parameters in angle brackets; null where there are none.</param>
/// <param name="Cluster">The arguments of __cluster_dims__, or null.</param>
internal sealed record DeclaredKernel(string Name, bool IsTemplate, string? MaxThreads, string? TemplateHeader, string? Cluster)
{
    /// <summary>The namespace; empty for the global one.</summary>
    public string Namespace => Name.LastIndexOf("::", StringComparison.Ordinal) is >= 0 and var end ? Name[..end] : "";
}

/// <summary>A variable of a module.</summary>
/// <param name="Name">Its qualified name.</param>
/// <param name="IsConstant">Whether kernels may only read it.</param>
internal sealed record DeclaredVariable(string Name, bool IsConstant);

/// <summary>Finds kernels and module variables in CUDA C++. A light reading: macros are not expanded, conditions not evaluated.</summary>
internal sealed class KernelScan
{
    private readonly List<string> _tokens;
    private readonly List<string?> _scopes = []; // a namespace's name, "" for extern "C" and unnamed ones, null for anything else

    private KernelScan(string text) => _tokens = SourceTokens.Read(text);

    public List<DeclaredKernel> Kernels { get; } = [];

    /// <summary>The __device__ and __constant__ variables.</summary>
    public List<DeclaredVariable> Globals { get; } = [];

    public static KernelScan Read(string text)
    {
        var scan = new KernelScan(text);
        scan.Walk();
        return scan;
    }

    private void Walk()
    {
        var start = 0;
        for (var i = 0; i < _tokens.Count; i++)
        {
            switch (_tokens[i])
            {
                case "{":
                    _scopes.Add(ScopeName(start, i));
                    start = i + 1;
                    break;
                case "}":
                    if (_scopes.Count > 0)
                    {
                        _scopes.RemoveAt(_scopes.Count - 1);
                    }

                    start = i + 1;
                    break;
                case ";":
                    start = i + 1;
                    break;
                case "__global__" when AtNamespaceScope:
                    ReadKernel(start, i);
                    break;
                case "__device__" or "__constant__" when AtNamespaceScope && !Declaration(start, i).Contains("__device__") && !Declaration(start, i).Contains("__constant__"):
                    ReadVariable(start, i);
                    break;
            }
        }
    }

    private bool AtNamespaceScope => !_scopes.Contains(null);

    private List<string> Declaration(int start, int end) => _tokens.GetRange(start, end - start);

    private string? ScopeName(int start, int brace)
    {
        var head = Declaration(start, brace);
        if (head is ["namespace", ..] or ["inline", "namespace", ..])
        {
            return string.Concat(head.SkipWhile(token => token != "namespace").Skip(1));
        }

        return head is ["extern", "\"C\""] ? "" : null;
    }

    private string Qualify(string name) => string.Join("::", [.. _scopes.Where(scope => !string.IsNullOrEmpty(scope)), name]);

    private void ReadKernel(int start, int at)
    {
        var head = Declaration(start, at);
        var isTemplate = head.Contains("template");
        string? bounds = null;
        string? cluster = null;
        for (var i = start; i < _tokens.Count && _tokens[i] is not (";" or "{" or "}"); i++)
        {
            if (_tokens[i] != "(" || i == 0)
            {
                continue;
            }

            // The bounds may stand before __global__, the name not.
            var close = Closing(i);
            var word = _tokens[i - 1];
            if (word == "__launch_bounds__")
            {
                bounds = FirstArgument(i, close);
            }
            else if (word == "__cluster_dims__")
            {
                cluster = string.Join(' ', Declaration(i + 1, close));
            }
            else if (i > at && SourceTokens.IsWord(word) && !word.StartsWith("__", StringComparison.Ordinal) && word != "alignas")
            {
                // A repeated declaration adds nothing, unless only it has the bounds.
                Kernels.RemoveAll(known => known.Name == Qualify(word) && known.MaxThreads is null && known.Cluster is null);
                if (Kernels.All(known => known.Name != Qualify(word)))
                {
                    Kernels.Add(new DeclaredKernel(Qualify(word), isTemplate, bounds, isTemplate ? TemplateHeader(head) : null, cluster));
                }

                return;
            }

            i = close;
        }
    }

    private static string? TemplateHeader(List<string> head)
    {
        var start = head.IndexOf("template") + 1;
        var depth = 0;
        for (var i = start; i < head.Count; i++)
        {
            depth += head[i] switch { "<" or "(" => 1, ">" or ")" => -1, _ => 0 };
            if (depth == 0)
            {
                return Spell(head.GetRange(start, i + 1 - start));
            }
        }

        return null;
    }

    // Operators were cut into single characters, which belong together again.
    private static string Spell(List<string> tokens)
    {
        var text = new System.Text.StringBuilder();
        for (var i = 0; i < tokens.Count; i++)
        {
            text.Append(i > 0 && IsNameOrNumber(tokens[i - 1]) && IsNameOrNumber(tokens[i]) ? " " : "").Append(tokens[i]);
        }

        return text.ToString();
    }

    private static bool IsNameOrNumber(string token) => char.IsAsciiLetterOrDigit(token[0]) || token[0] == '_';

    private void ReadVariable(int start, int at)
    {
        if (_tokens[start] is "template" or "extern" || at + 1 >= _tokens.Count)
        {
            return;
        }

        for (var i = at + 1; i < _tokens.Count; i++)
        {
            if (_tokens[i] is "(" && _tokens[i - 1] is "alignas" or "__align__" or "__attribute__")
            {
                i = Closing(i);
            }
            else if (_tokens[i] is "(" or "operator" or "struct" or "class" or "__shared__")
            {
                return; // a function, or a type
            }
            else if (_tokens[i] is ";" or "=" or "[" or "{")
            {
                Globals.Add(new DeclaredVariable(Qualify(_tokens[i - 1]), Declaration(start, i).Contains("__constant__")));
                return;
            }
        }
    }

    private string FirstArgument(int open, int close)
    {
        var depth = 0;
        var end = open + 1;
        for (; end < close; end++)
        {
            depth += _tokens[end] switch { "(" or "<" => 1, ")" or ">" => -1, _ => 0 };
            if (_tokens[end] == "," && depth == 0)
            {
                break;
            }
        }

        return Spell(Declaration(open + 1, end));
    }

    private int Closing(int open)
    {
        var depth = 0;
        for (var i = open; i < _tokens.Count; i++)
        {
            depth += _tokens[i] switch { "(" => 1, ")" => -1, _ => 0 };
            if (depth == 0)
            {
                return i;
            }
        }

        return _tokens.Count - 1;
    }
}
