using System.Text.RegularExpressions;

namespace CudaKernels.Emulation;

/// <summary>Rewrites declarations of shared memory that CUDA C++ has and C++ has not, line for line.</summary>
internal static partial class SharedDeclarations
{
    /// <summary>
    /// A plain <c>extern __shared__ T name[];</c> becomes a pointer to the block's dynamic shared memory (a macro at namespace scope), and
    /// <c>__shared__ alignas(n)</c> changes places, because alignas cannot follow thread_local.
    /// </summary>
    public static string Rewrite(string text)
    {
        text = DynamicArray().Replace(text, match => IsInComment(text, match.Index) ? match.Value : Dynamic(text, match));
        return AlignedArray().Replace(text, "${align} __shared__ ");
    }

    private static string Dynamic(string text, Match match)
    {
        var (type, name, rows) = (match.Groups["type"].Value.Trim(), match.Groups["name"].Value, match.Groups["rows"].Value.Trim());
        var lines = new string('\n', match.Value.Count(c => c == '\n'));
        var memory = $"(reinterpret_cast<{type}{(rows.Length == 0 ? "*" : $" (*){rows}")}>(ckrt::self()->block->dynamic_shared))";
        return !IsInFunction(text, match.Index) ? $"\n#define {name} {memory}\n#line {Line(text, match.Index + match.Length)}\n{lines}"
            : rows.Length == 0 ? $"CK_DYNAMIC_SHARED({type}, {name});{lines}"
            : $"auto* const {name} = {memory};{lines}";
    }

    private static bool IsInComment(string text, int index)
    {
        for (var i = 0; i < index; i++)
        {
            if (text[i] == '/' && text[i + 1] is '/' or '*')
            {
                i = IncludeDirective.SkipComment(text, i);
                if (i > index)
                {
                    return true;
                }

                i--;
            }
            else if (text[i] is '"' or '\'')
            {
                i = IncludeDirective.SkipLiteral(text, i) - 1;
            }
        }

        return false;
    }

    private static int Line(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;

    // Braces of namespaces and extern "C" do not make a function.
    private static bool IsInFunction(string text, int index)
    {
        var scopes = new Stack<bool>();
        var start = 0;
        for (var i = 0; i < index; i++)
        {
            if (text[i] == '/' && i + 1 < text.Length && text[i + 1] is '/' or '*')
            {
                i = IncludeDirective.SkipComment(text, i) - 1;
            }
            else if (text[i] is '"' or '\'')
            {
                i = IncludeDirective.SkipLiteral(text, i) - 1;
            }
            else if (text[i] == '{')
            {
                scopes.Push(!NamespaceHead().IsMatch(text[start..i]));
                start = i + 1;
            }
            else if (text[i] is '}' or ';')
            {
                if (text[i] == '}' && scopes.Count > 0)
                {
                    scopes.Pop();
                }

                start = i + 1;
            }
        }

        return scopes.Contains(true);
    }

    // The words may stand in any order: extern __shared__ T x[], __shared__ extern T x[], extern T __shared__ x[], T extern __shared__ x[].
    [GeneratedRegex(
        @"(?:(?:extern\s+__shared__|__shared__\s+extern)\s+(?:(?:__align__|alignas|__attribute__)\s*\((?:[^()]|\([^()]*\))*\)\s*)*(?<type>[A-Za-z_][\w:<>,\s*]*?)\s+(?:(?:__align__|alignas)\s*\([^()]*\)\s*)?|extern\s+(?<type>[A-Za-z_][\w:<>,\s*]*?)\s+__shared__\s+|(?<type>(?:volatile\s+|unsigned\s+)*[A-Za-z_][\w:]*)\s+extern\s+__shared__\s+)"
        + @"(?<name>[A-Za-z_]\w*)\s*\[\s*\](?<rows>(?:\s*\[[^\]]*\])*)\s*;")]
    private static partial Regex DynamicArray();

    [GeneratedRegex(@"__shared__\s+(?<align>alignas\s*\((?:[^()]|\([^()]*\))*\))\s*")]
    private static partial Regex AlignedArray();

    [GeneratedRegex(@"(?:\bnamespace\b[\w\s:]*|\bextern\s*""C""\s*)$")]
    private static partial Regex NamespaceHead();
}
