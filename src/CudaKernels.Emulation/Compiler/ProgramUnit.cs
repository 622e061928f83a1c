using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CudaKernels.Emulation;

/// <summary>What all files of a program declare.</summary>
internal sealed class ProgramDeclarations
{
    public List<DeclaredKernel> Kernels { get; } = [];

    public List<DeclaredVariable> Globals { get; } = [];

    public void Add(KernelScan scan)
    {
        Kernels.AddRange(scan.Kernels.Where(kernel => Kernels.All(known => known.Name != kernel.Name)));
        Globals.AddRange(scan.Globals.Except(Globals));
    }
}

/// <summary>The translation unit around a program's source: behind it, an entry for each kernel and variable, by which the managed side finds them.</summary>
internal sealed partial class ProgramUnit
{
    private const string NameExpression = "name expression ";

    /// <summary>What the compiler says of the macros that make an entry.</summary>
    private static readonly string[] s_ownLines = ["/device/entry.h:", "/device/cuda_builtins.h:", "macro 'CK_"];

    private readonly string _source;
    private readonly List<(string Expression, DeclaredKernel? Kernel)> _entries = [];
    private readonly List<DeclaredVariable> _globals;
    private readonly HashSet<string> _asked;

    /// <param name="source">The source's file.</param>
    /// <param name="declared">What the source and its headers declare.</param>
    /// <param name="expressions">The kernels that were asked for. Beside them each kernel that needs no template arguments gets an entry.</param>
    public ProgramUnit(string source, ProgramDeclarations declared, IEnumerable<string> expressions)
    {
        _source = source;
        _globals = [.. declared.Globals];
        _asked = [.. expressions.Select(Bare)];
        foreach (var expression in _asked.Concat(declared.Kernels.Where(kernel => !kernel.IsTemplate).Select(kernel => kernel.Name)).Distinct(StringComparer.Ordinal))
        {
            var name = expression.Split('<')[0].Trim();
            _entries.Add((expression, declared.Kernels.Find(kernel => kernel.Name == name || kernel.Name.EndsWith("::" + name, StringComparison.Ordinal))));
        }
    }

    public int Kernels => _entries.Count;

    public int Globals => _globals.Count;

    public static string Bare(string expression) => expression.Trim().TrimStart('&').Trim();

    public string Text()
    {
        var unit = new StringBuilder($"#include \"{_source}\"\n");
        for (var i = 0; i < _entries.Count; i++)
        {
            var (expression, kernel) = _entries[i];
            unit.Append(CultureInfo.InvariantCulture, $"#line 1 \"name expression {i}\"\n{Bounds(i, kernel)}CK_ENTRY({i}, ({expression}), ({MaxThreads(i, expression, kernel)}), ({Cluster(i, expression, kernel)}))\n");
        }

        for (var i = 0; i < _globals.Count; i++)
        {
            unit.Append(CultureInfo.InvariantCulture, $"#line 1 \"variable {i}\"\nCK_GLOBAL({i}, {_globals[i].Name}, {(_globals[i].IsConstant ? 1 : 0)})\n");
        }

        return unit.ToString();
    }

    /// <summary>Drops what the compiler did not find and nobody asked for; false where there is nothing of the kind.</summary>
    public bool Drop(string log)
    {
        var missing = _entries.Where((entry, i) => !_asked.Contains(entry.Expression) && log.Contains($"name expression {i}:1", StringComparison.Ordinal)).ToHashSet();
        var unknown = _globals.Where((_, i) => log.Contains($"variable {i}:1", StringComparison.Ordinal)).ToHashSet();
        _entries.RemoveAll(missing.Contains);
        _globals.RemoveAll(unknown.Contains);
        return missing.Count + unknown.Count > 0;
    }

    /// <summary>
    /// A log in terms of the user's own text. Of what the entry's macros make of a name expression that does not compile, its first error is left,
    /// as <c>name expression:2: error: scale&lt;flat&gt;: …</c> of the second one.
    /// </summary>
    public string Clean(string log)
    {
        if (!log.Contains(NameExpression, StringComparison.Ordinal))
        {
            return log.Trim();
        }

        var text = new StringBuilder();
        var told = new HashSet<int>();
        var isLeftOut = false;
        foreach (var line in log.Split('\n'))
        {
            // The excerpt below a message.
            if (line.StartsWith(' '))
            {
                if (!isLeftOut)
                {
                    text.Append(line).Append('\n');
                }

                continue;
            }

            var place = Place().Match(line);
            isLeftOut = place.Success
                ? !place.Groups["error"].Success || !told.Add(int.Parse(place.Groups["index"].ValueSpan, CultureInfo.InvariantCulture))
                : line.StartsWith(NameExpression, StringComparison.Ordinal) || s_ownLines.Any(own => line.Contains(own, StringComparison.Ordinal));
            if (!isLeftOut)
            {
                text.Append(place.Success ? Tell(place) : line).Append('\n');
            }
        }

        var cleaned = text.ToString().Trim();
        return log.Contains(" error: ", StringComparison.Ordinal) && !cleaned.Contains(" error: ", StringComparison.Ordinal) ? log.Trim() : cleaned;

        string Tell(Match place)
        {
            var index = int.Parse(place.Groups["index"].ValueSpan, CultureInfo.InvariantCulture);
            return string.Create(CultureInfo.InvariantCulture, $"name expression:{index + 1}: error: {_entries[index].Expression}: {place.Groups["error"].Value}");
        }
    }

    // Bounds that hang on template parameters are repeated under the same template header.
    private static string Bounds(int i, DeclaredKernel? kernel)
    {
        if (kernel?.TemplateHeader is null || (kernel.MaxThreads ?? kernel.Cluster) is null)
        {
            return "";
        }

        var bounds = $"template {kernel.TemplateHeader} struct ck_bounds_{i} {{ static constexpr unsigned threads = ({kernel.MaxThreads ?? "0"}), cluster[3] = {{{kernel.Cluster}}}; }};";
        return kernel.Namespace.Length == 0 ? bounds + " " : $"namespace {kernel.Namespace} {{ {bounds} }} ";
    }

    private static string MaxThreads(int i, string expression, DeclaredKernel? kernel) => kernel switch
    {
        { MaxThreads: null } or null => "0",
        { TemplateHeader: null } => kernel.MaxThreads,
        _ => $"{BoundsOf(i, expression, kernel)}::threads",
    };

    // Three numbers, 0 for what is left out; nothing where a kernel has no cluster of its own.
    private static string Cluster(int i, string expression, DeclaredKernel? kernel) => kernel switch
    {
        { Cluster: null } or null => "",
        { TemplateHeader: null } => kernel.Cluster,
        _ => string.Join(", ", Enumerable.Range(0, 3).Select(d => $"{BoundsOf(i, expression, kernel)}::cluster[{d}]")),
    };

    private static string BoundsOf(int i, string expression, DeclaredKernel kernel)
    {
        var angle = expression.IndexOf('<', StringComparison.Ordinal);
        return $"{(kernel.Namespace.Length == 0 ? "" : kernel.Namespace + "::")}ck_bounds_{i}{(angle < 0 ? "<>" : expression[angle..])}";
    }

    [GeneratedRegex(@"^name expression (?<index>\d+):1(?::\d+)?: (?:(?:fatal )?error: (?<error>.*))?")]
    private static partial Regex Place();
}
