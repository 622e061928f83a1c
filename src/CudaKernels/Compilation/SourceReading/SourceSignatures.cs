namespace CudaKernels;

/// <summary>Finds the <c>extern "C"</c> kernels of a source and reads their parameters.</summary>
/// <remarks>
/// A light reading, not a C++ parser: macros are not expanded and conditions not evaluated. A kernel that appears with two
/// different parameter lists (in two branches, say) is left out, since nothing tells which one is compiled.
/// </remarks>
internal static class SourceSignatures
{
    /// <param name="texts">The source and the headers it includes.</param>
    public static IReadOnlyDictionary<string, KernelSignature> Read(IEnumerable<string> texts)
    {
        var files = texts.Select(SourceTokens.Read).ToArray();
        var types = new SourceTypes(files);
        var found = new Dictionary<string, KernelSignature>(StringComparer.Ordinal);
        var ambiguous = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tokens in files)
        {
            foreach (var (name, parameters) in Kernels(tokens))
            {
                var signature = new KernelSignature([.. parameters.Select(types.Parameter)]);
                if (found.TryGetValue(name, out var other) && !other.Parameters.SequenceEqual(signature.Parameters))
                    ambiguous.Add(name);
                found[name] = signature;
            }
        }

        foreach (var name in ambiguous)
            found.Remove(name);
        return found;
    }

    private static IEnumerable<(string Name, List<List<string>> Parameters)> Kernels(List<string> tokens)
    {
        var linkageBlocks = new Stack<int>();
        var depth = 0;
        var declarationStart = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            switch (tokens[i])
            {
                case "{":
                    if (i >= 2 && tokens[i - 1] == "\"C\"" && tokens[i - 2] == "extern")
                        linkageBlocks.Push(depth);
                    depth++;
                    declarationStart = i + 1;
                    break;
                case "}":
                    depth--;
                    if (linkageBlocks.TryPeek(out var opened) && opened == depth)
                        linkageBlocks.Pop();
                    declarationStart = i + 1;
                    break;
                case ";":
                    declarationStart = i + 1;
                    break;
                case "__global__":
                    if (ReadKernel(tokens, i, declarationStart, linkageBlocks.Count > 0) is { } kernel)
                        yield return kernel;
                    break;
            }
        }
    }

    private static (string Name, List<List<string>> Parameters)? ReadKernel(List<string> tokens, int at, int declarationStart, bool inLinkageBlock)
    {
        var isC = inLinkageBlock;
        for (var i = declarationStart; i < at; i++)
        {
            if (tokens[i] == "template")
                return null;
            isC |= tokens[i] == "extern" && tokens[i + 1] == "\"C\"";
        }

        for (var i = at + 1; i < tokens.Count && tokens[i] is not (";" or "{" or "}"); i++)
        {
            if (tokens[i] == "extern" && i + 1 < tokens.Count && tokens[i + 1] == "\"C\"")
                isC = true;
            if (tokens[i] != "(")
                continue;
            var close = Closing(tokens, i);
            if (close < 0)
                return null;
            var name = tokens[i - 1];
            if (name.StartsWith("__", StringComparison.Ordinal) || name == "alignas")
                i = close; // __launch_bounds__(…), __cluster_dims__(…), __attribute__((…))
            else
                return isC && SourceTokens.IsWord(name) ? (name, Split(tokens, i + 1, close)) : null;
        }

        return null;
    }

    private static int Closing(List<string> tokens, int open)
    {
        var depth = 0;
        for (var i = open; i < tokens.Count; i++)
        {
            depth += tokens[i] switch { "(" => 1, ")" => -1, _ => 0 };
            if (depth == 0)
                return i;
        }

        return -1;
    }

    private static List<List<string>> Split(List<string> tokens, int from, int to)
    {
        var parts = new List<List<string>>();
        var current = new List<string>();
        var depth = 0;
        for (var i = from; i < to; i++)
        {
            depth += tokens[i] switch { "(" or "<" or "[" or "{" => 1, ")" or ">" or "]" or "}" => -1, _ => 0 };
            if (tokens[i] == "," && depth == 0)
            {
                parts.Add(current);
                current = [];
            }
            else
            {
                current.Add(tokens[i]);
            }
        }

        if (current.Count > 0 && current is not ["void"])
            parts.Add(current);
        return parts;
    }
}
