namespace CudaKernels.PtxLint;

/// <summary>Reads a header as NVRTC does for one target: conditions decided, includes of the tree read, macros expanded.</summary>
internal sealed class Preprocessor(IReadOnlyDictionary<string, List<Token>> files, Target target)
{
    private readonly Dictionary<string, Macro> _macros = target.Macros.ToDictionary(macro => macro.Name);
    private readonly HashSet<string> _once = [];
    private readonly List<Token> _output = [];

    /// <summary>The tokens of a file; null when it refuses the target with <c>#error</c>.</summary>
    public static List<Token>? Read(IReadOnlyDictionary<string, List<Token>> files, string file, Target target)
    {
        var preprocessor = new Preprocessor(files, target);
        return preprocessor.Include(file) ? preprocessor._output : null;
    }

    private bool Include(string file)
    {
        var tokens = files[file];
        var run = new List<Token>();
        var branches = new Stack<(bool IsActive, bool WasTaken, bool IsParentActive)>();
        var isActive = true;
        for (var i = 0; i < tokens.Count;)
        {
            if (!(tokens[i].Is("#") && tokens[i].IsFirstOfLine))
            {
                if (isActive)
                    run.Add(tokens[i]);
                i++;
                continue;
            }

            var end = i + 1;
            while (end < tokens.Count && !tokens[end].IsFirstOfLine)
                end++;
            var directive = tokens[(i + 1)..end];
            i = end;
            if (directive is not [var word, ..])
                continue;
            var rest = directive[1..];
            switch (word.Spelling)
            {
                case "if" or "ifdef" or "ifndef":
                    Flush(run);
                    var holds = isActive && (word.Spelling == "if" ? Condition.IsTrue(rest, _macros) : _macros.ContainsKey(rest[0].Spelling) == (word.Spelling == "ifdef"));
                    branches.Push((holds, holds, isActive));
                    isActive = holds;
                    break;
                case "elif" or "else":
                    Flush(run);
                    var (_, wasTaken, isParentActive) = branches.Pop();
                    isActive = isParentActive && !wasTaken && (word.Spelling == "else" || Condition.IsTrue(rest, _macros));
                    branches.Push((isActive, wasTaken || isActive, isParentActive));
                    break;
                case "endif":
                    Flush(run);
                    isActive = branches.Pop().IsParentActive;
                    break;
                case var other when isActive:
                    Flush(run);
                    if (!Obey(other, rest, file))
                        return false;
                    break;
            }
        }

        Flush(run);
        return branches.Count == 0 ? true : throw new FormatException($"{file}: an #if has no #endif");
    }

    /// <summary>Obeys a directive that is no condition; false for <c>#error</c>.</summary>
    private bool Obey(string word, List<Token> rest, string file)
    {
        switch (word)
        {
            case "define":
                var macro = Macro.Read(rest);
                _macros[macro.Name] = macro;
                return true;
            case "undef":
                _macros.Remove(rest[0].Spelling);
                return true;
            case "pragma" when rest is [{ Spelling: "once" }, ..]:
                _once.Add(file);
                return true;
            case "include" when rest is [{ Kind: TokenKind.Text } path, ..]:
                var name = path.Spelling.Trim('"');
                return !files.ContainsKey(name) || _once.Contains(name) || Include(name);
            case "error":
                return false;
            default:
                return true;
        }
    }

    private void Flush(List<Token> run)
    {
        _output.AddRange(new MacroExpansion(_macros).Expand(run));
        run.Clear();
    }
}
