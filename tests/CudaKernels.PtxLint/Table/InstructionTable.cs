namespace CudaKernels.PtxLint;

/// <summary>The instructions that wrappers may use, from instructions.tsv, whose head tells its form.</summary>
internal sealed class InstructionTable
{
    private readonly Dictionary<string, List<InstructionForm>> _forms = [];
    private readonly Dictionary<string, SortedSet<string>> _next = [];

    private InstructionTable()
    {
        foreach (var row in Rows("instructions.tsv"))
        {
            foreach (var written in Alternatives(row[0]))
            {
                foreach (var (spelling, size, kinds) in Filled(written, row[5]))
                {
                    foreach (var operands in row[1].Split(" ; "))
                        Add(spelling, new InstructionForm([.. Items(operands).Select(item => FormOperand.Parse(item, size, kinds))], Version.Parse(row[2]), row[3], EffectsOf(row[4])));
                }
            }
        }

        SpecialRegisters = Rows("special_registers.tsv").ToDictionary(row => row[0], row => new SpecialRegister(row[1], Version.Parse(row[2]), row[3], EffectsOf(row[4])));
    }

    public static InstructionTable Instance { get; } = new();

    public IReadOnlyDictionary<string, SpecialRegister> SpecialRegisters { get; }

    /// <summary>How many spellings there are.</summary>
    public int Count => _forms.Count;

    /// <summary>The forms of a spelling; none when it is not legal.</summary>
    public IReadOnlyList<InstructionForm> Find(string spelling) => _forms.TryGetValue(spelling, out var forms) ? forms : [];

    /// <summary>The words that may follow a beginning of a spelling, behind a dot; the opcodes for an empty one.</summary>
    public IReadOnlyCollection<string> Following(string beginning) =>
        beginning.Length == 0 ? [.. _forms.Keys.Select(spelling => spelling.Split('.')[0]).Distinct().Order(StringComparer.Ordinal)] : _next.TryGetValue(beginning, out var next) ? next : [];

    /// <summary>Says where a spelling leaves the table, and how it could go on there.</summary>
    public string Explain(string spelling)
    {
        var known = "";
        foreach (var part in spelling.Split('.'))
        {
            var longer = known.Length == 0 ? part : $"{known}.{part}";
            if (!_next.ContainsKey(longer) && !_forms.ContainsKey(longer))
            {
                return known.Length == 0 ? $"'{part}' is no instruction that the table knows"
                    : $"'.{part}' is not legal after '{known}'; legal there: {(_next.TryGetValue(known, out var legal) ? string.Join(", ", legal.Select(next => $".{next}")) : "nothing")}";
            }

            known = longer;
        }

        return $"'{spelling}' ends too early; it goes on with {string.Join(", ", _next[spelling].Select(next => $".{next}"))}";
    }

    private void Add(string spelling, InstructionForm form)
    {
        if (!_forms.TryGetValue(spelling, out var forms))
        {
            _forms[spelling] = forms = [];
            for (var dot = spelling.LastIndexOf('.'); dot > 0; dot = spelling.LastIndexOf('.', dot - 1))
            {
                if (!_next.TryGetValue(spelling[..dot], out var next))
                    _next[spelling[..dot]] = next = new SortedSet<string>(StringComparer.Ordinal);
                next.Add(spelling[(dot + 1)..].Split('.')[0]);
            }
        }

        forms.Add(form);
    }

    /// <summary>All spellings of <c>a(b|c)d</c>.</summary>
    private static IEnumerable<string> Alternatives(string spelling)
    {
        var open = spelling.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
            return [spelling];
        var close = spelling.IndexOf(')', open);
        return spelling[(open + 1)..close].Split('|').SelectMany(choice => Alternatives($"{spelling[..open]}{choice}{spelling[(close + 1)..]}"));
    }

    private static IEnumerable<(string Spelling, int Size, string Kinds)> Filled(string spelling, string values) => values switch
    {
        ['N', '=', .. var sizes] => FormOperand.Values(sizes).Select(size => (spelling.Replace("<N>", $"{size}", StringComparison.Ordinal), size, "")),
        ['T', '=', .. var types] => types.Split(',').Select(type => (spelling.Replace("<T>", type, StringComparison.Ordinal), 0, KindsOf(type))),
        _ => [(spelling, 0, "")],
    };

    /// <summary>The registers that hold a type; an untyped one of 32 or 64 bits may be a float.</summary>
    private static string KindsOf(string type) => type switch
    {
        "b8" or "u8" or "s8" => "rh",
        "b16" or "u16" or "s16" => "h",
        "b32" => "rf",
        "u32" or "s32" => "r",
        "f32" => "f",
        "b64" => "ld",
        "u64" or "s64" => "l",
        "f64" => "d",
        "b128" => "q",
        _ => throw new FormatException($"the table names the type {type}"),
    };

    private static IEnumerable<string> Items(string operands)
    {
        if (operands == "-")
            yield break;
        var (start, depth) = (0, 0);
        for (var i = 0; i < operands.Length; i++)
        {
            depth += operands[i] is '{' or '[' or '(' ? 1 : operands[i] is '}' or ']' or ')' ? -1 : 0;
            if (operands[i] == ',' && depth == 0)
            {
                yield return operands[start..i].Trim();
                start = i + 1;
            }
        }

        yield return operands[start..].Trim();
    }

    private static Effects EffectsOf(string text) => text switch { "memory" => Effects.Memory, "volatile" => Effects.Volatile, _ => Effects.None };

    private static IEnumerable<string[]> Rows(string name)
    {
        using var stream = typeof(InstructionTable).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        var isHead = true;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            if (!isHead)
                yield return line.Split('\t');
            isHead = false;
        }
    }
}
