namespace CudaKernels.Emulation;

/// <summary>A kernel as a source declares it.</summary>
/// <param name="Name">Its qualified name.</param>
/// <param name="IsTemplate">Whether it needs template arguments.</param>
/// <param name="MaxThreads">The first argument of __launch_bounds__ where it can be repeated outside the template, else null.</param>
/// <param name="Cluster">The arguments of __cluster_dims__, likewise.</param>
internal sealed record DeclaredKernel(string Name, bool IsTemplate, string? MaxThreads, string? Cluster = null);

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
        var templateNames = head.Contains("template") ? TemplateParameters(head) : null;
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
                bounds = Repeatable(bounds, templateNames);
                cluster = Repeatable(cluster, templateNames);

                // A repeated declaration adds nothing, unless only it has the bounds.
                Kernels.RemoveAll(known => known.Name == Qualify(word) && known.MaxThreads is null && known.Cluster is null);
                if (Kernels.All(known => known.Name != Qualify(word)))
                {
                    Kernels.Add(new DeclaredKernel(Qualify(word), templateNames is not null, bounds, cluster));
                }

                return;
            }

            i = close;
        }
    }

    private static string? Repeatable(string? expression, HashSet<string>? templateNames) =>
        expression is not null && templateNames is not null && SourceTokens.Read(expression).Any(templateNames.Contains) ? null : expression;

    // The words of a template header: more than its parameters' names, which only makes the reading more careful.
    private static HashSet<string> TemplateParameters(List<string> head) => [.. head.Where(token => SourceTokens.IsWord(token) && token is not ("template" or "class" or "typename" or "int" or "unsigned" or "bool"))];

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

        return string.Join(' ', Declaration(open + 1, end));
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
