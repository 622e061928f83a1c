using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CudaKernels.Emulation;

/// <summary>The C++ that stands for one asm statement: a variable for each register, and a call for each instruction.</summary>
internal sealed partial class PtxTranslation
{
    private static readonly Dictionary<string, string> s_specialRegisters = new(StringComparer.Ordinal)
    {
        ["laneid"] = "(uint32_t)ckrt::lane()",
        ["warpid"] = "(ckrt::linear_thread() / 32)",
        ["nwarpid"] = "((ckrt::block_size().x * ckrt::block_size().y * ckrt::block_size().z + 31) / 32)",
        ["smid"] = "(uint32_t)0",
        ["nsmid"] = "(uint32_t)1",
        ["clock"] = "(uint32_t)ckrt_clock()",
        ["clock_hi"] = "(uint32_t)(ckrt_clock() >> 32)",
        ["clock64"] = "(uint64_t)ckrt_clock()",
        ["globaltimer"] = "(uint64_t)ckrt_clock()",
        ["lanemask_eq"] = "(1u << ckrt::lane())",
        ["lanemask_lt"] = "((1u << ckrt::lane()) - 1)",
        ["lanemask_le"] = "((2u << ckrt::lane()) - 1)",
        ["lanemask_gt"] = "~((2u << ckrt::lane()) - 1)",
        ["lanemask_ge"] = "~((1u << ckrt::lane()) - 1)",
        ["cluster_ctarank"] = "ck_p::cluster_rank()",
        ["cluster_nctarank"] = "ck_p::cluster_blocks()",
        ["clusterid.x"] = "(ckrt::block_index().x / ck_p::cluster_size().x)",
        ["clusterid.y"] = "(ckrt::block_index().y / ck_p::cluster_size().y)",
        ["clusterid.z"] = "(ckrt::block_index().z / ck_p::cluster_size().z)",
        ["cluster_ctaid.x"] = "(ckrt::block_index().x % ck_p::cluster_size().x)",
        ["cluster_ctaid.y"] = "(ckrt::block_index().y % ck_p::cluster_size().y)",
        ["cluster_ctaid.z"] = "(ckrt::block_index().z % ck_p::cluster_size().z)",
        ["gridid"] = "(uint64_t)0",
    };

    private static readonly (string Register, string Function)[] s_indices =
        [("tid", "ckrt::thread_index()"), ("ntid", "ckrt::block_size()"), ("ctaid", "ckrt::block_index()"), ("nctaid", "ckrt::grid_size()"), ("cluster_nctaid", "ck_p::cluster_size()")];

    private readonly AsmStatement _statement;
    private readonly HashSet<int> _used = [];
    private readonly Dictionary<string, string> _registers = new(StringComparer.Ordinal);
    private readonly StringBuilder _body = new();
    private string? _unknown;

    private PtxTranslation(AsmStatement statement) => _statement = statement;

    /// <summary>One line of C++ without its semicolon; null where the statement holds what the software device does not know.</summary>
    public static string? Translate(AsmStatement statement)
    {
        if (statement.Template.All(char.IsWhiteSpace))
        {
            return statement.Operands.Count > 0 ? "(void)0" : null; // a barrier for the compiler alone is the host compiler's too
        }

        var translation = new PtxTranslation(statement);
        return translation.Run();
    }

    /// <summary>The first instruction that is not known, or null.</summary>
    public static string? Unknown(AsmStatement statement)
    {
        var translation = new PtxTranslation(statement);
        return translation.Run() is null ? translation._unknown : null;
    }

    private string? Run()
    {
        if (PtxInstruction.Read(_statement.Template) is not { } instructions)
        {
            return null;
        }

        // An accumulator is written after its statement: it stays where it is.
        var inPlace = instructions.Any(instruction => instruction.Opcode.StartsWith("wgmma.mma_async", StringComparison.Ordinal));
        var labels = new List<string>();
        foreach (var instruction in instructions)
        {
            if (instruction.Opcode == ":")
            {
                labels.Add(Name(instruction.Operands[0]));
                _body.Append(CultureInfo.InvariantCulture, $"ck_l_{labels[^1]}:; ");
                continue;
            }

            if (instruction.Opcode.StartsWith(".reg", StringComparison.Ordinal) ? !Declare(instruction) : !Append(instruction))
            {
                _unknown = instruction.Opcode;
                return null;
            }
        }

        var text = new StringBuilder("do { ");
        if (labels.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"__label__ {string.Join(", ", labels.Select(label => $"ck_l_{label}"))}; ");
        }

        text.Append("namespace ck_p = ckrt::ptx_asm; [[maybe_unused]] uint64_t ck_sink = 0; ");
        foreach (var (i, operand) in _statement.Operands.Index().Where(row => _used.Contains(row.Index) && !IsImmediate(row.Item)))
        {
            text.Append(operand switch
            {
                _ when inPlace && operand.Letter is ('f' or 'r') => $"auto&& ck_r{i} = ({operand.Expression}); ",
                { IsRead: true } => $"ck_p::RegisterOf<'{operand.Letter}'> ck_r{i} = ck_p::as<ck_p::RegisterOf<'{operand.Letter}'>>(({operand.Expression})); ",
                _ => $"ck_p::RegisterOf<'{operand.Letter}'> ck_r{i}{{}}; ",
            });
        }

        foreach (var (name, type) in _registers)
        {
            text.Append(CultureInfo.InvariantCulture, $"{type} ck_v_{name}{{}}; ");
        }

        text.Append(_body);
        // The host compiler may not take a load out of a loop that waits, nor a store for one that the next makes idle.
        if (_statement.IsVolatile && instructions.Any(instruction => instruction.Parts[0] is "ld" or "ldu" or "st"))
        {
            text.Append("__atomic_signal_fence(__ATOMIC_SEQ_CST); ");
        }

        foreach (var (i, operand) in _statement.Operands.Index().Where(row => _used.Contains(row.Index) && row.Item.IsWritten && !(inPlace && row.Item.Letter is ('f' or 'r'))))
        {
            text.Append(CultureInfo.InvariantCulture, $"ck_p::set(({operand.Expression}), ck_r{i}); ");
        }

        return text.Append("} while (0)").ToString();
    }

    private static bool IsImmediate(AsmOperand operand) => operand.Letter is 'n' or 'i';

    private static string Name(string name) => name.Replace("%", "_", StringComparison.Ordinal).Replace("$", "_", StringComparison.Ordinal).Replace("=", "_", StringComparison.Ordinal);

    private bool Declare(PtxInstruction instruction)
    {
        // The type may stand apart from .reg, before the first name.
        var text = instruction.Opcode[4..] + " " + string.Join(',', instruction.Operands);
        if (Registers().Match(text) is not { Success: true } match || PtxOpcodes.Type(match.Groups["type"].Value) is not { } type)
        {
            return false;
        }

        foreach (var name in match.Groups["names"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var angle = name.IndexOf('<', StringComparison.Ordinal);
            if (angle < 0)
            {
                _registers[Name(name)] = type;
                continue;
            }

            for (var i = 0; i < int.Parse(name[(angle + 1)..name.IndexOf('>', StringComparison.Ordinal)], CultureInfo.InvariantCulture); i++)
            {
                _registers[Name(name[..angle] + i.ToString(CultureInfo.InvariantCulture))] = type;
            }
        }

        return true;
    }

    private bool Append(PtxInstruction instruction)
    {
        var code = instruction.Parts[0] == "bra" && instruction.Operands is [var label] ? $"goto ck_l_{Name(label)}" : PtxOpcodes.Translate(instruction, this);
        var guard = instruction.Guard is null ? "" : Source(instruction.Guard);
        if (code is null || guard is null)
        {
            return false;
        }

        _body.Append(guard.Length == 0 ? "" : $"if ({(instruction.IsNegated ? "!" : "")}ck_p::as<bool>({guard})) ").Append("{ ").Append(code).Append("; } ");
        return true;
    }

    /// <summary>An operand that an instruction reads; null where it is not understood.</summary>
    public string? Source(string operand)
    {
        if (operand.StartsWith('{'))
        {
            return operand.EndsWith('}') && Each(operand, Source) is { } values ? $"ck_p::values({values})" : null;
        }

        if (operand.StartsWith('!'))
        {
            return Source(operand[1..].Trim()) is { } value ? $"!ck_p::as<bool>({value})" : null;
        }

        if (operand.StartsWith("%%", StringComparison.Ordinal) || (operand is ['%', var first, ..] && (_statement.IsBasic || char.IsAsciiLetter(first))))
        {
            var name = operand.TrimStart('%');
            return _registers.ContainsKey(Name(operand)) ? $"ck_v_{Name(operand)}" : s_specialRegisters.TryGetValue(name, out var special) ? special : Index(name);
        }

        if (operand.StartsWith('%'))
        {
            return Operand(operand) is not { } i ? null : IsImmediate(_statement.Operands[i]) ? $"({_statement.Operands[i].Expression})" : $"ck_r{i}";
        }

        return _registers.ContainsKey(Name(operand)) ? $"ck_v_{Name(operand)}" : operand == "WARP_SZ" ? "32" : Number(operand);
    }

    /// <summary>A register that an instruction writes, or several in braces.</summary>
    public string? Target(string operand) => operand switch
    {
        "_" => "ck_sink",
        ['{', .., '}'] => Each(operand, Target) is { } targets ? $"ck_p::targets({targets})" : null,
        _ => Source(operand) is { } register && (register.StartsWith("ck_r", StringComparison.Ordinal) || register.StartsWith("ck_v", StringComparison.Ordinal)) ? register : null,
    };

    /// <summary>An address in brackets: its base and offset, with a comma between.</summary>
    public string? Address(string operand)
    {
        if (operand is not ['[', .., ']'])
        {
            return null;
        }

        var inner = operand[1..^1].Trim();
        var plus = inner.IndexOfAny(['+', '-'], 1 < inner.Length ? 1 : 0);
        if (plus < 0)
        {
            return Source(inner) is { } only ? $"{only}, 0" : null;
        }

        return Source(inner[..plus].Trim()) is { } address && Source(inner[(plus + 1)..].Trim()) is { } offset ? $"{address}, {(inner[plus] == '-' ? "-" : "")}(int64_t)({offset})" : null;
    }

    private string? Each(string braces, Func<string, string?> translate)
    {
        var parts = PtxInstruction.Split(braces[1..^1])?.Select(translate).ToArray();
        return parts is null || parts.Contains(null) ? null : string.Join(", ", parts);
    }

    private int? Operand(string text)
    {
        var name = text[1..].Trim('[', ']');
        var i = text.StartsWith("%[", StringComparison.Ordinal)
            ? _statement.Operands.Index().FirstOrDefault(row => row.Item.Name == name, (-1, null!)).Index
            : int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
        if (i < 0 || i >= _statement.Operands.Count || _statement.Operands[i].Letter is not ('h' or 'r' or 'l' or 'f' or 'd' or 'b' or 'n' or 'i'))
        {
            return null;
        }

        _used.Add(i);
        return i;
    }

    private static string? Index(string name)
    {
        foreach (var (register, function) in s_indices)
        {
            if (name.Length == register.Length + 2 && name.StartsWith(register, StringComparison.Ordinal) && name[^2] == '.' && name[^1] is 'x' or 'y' or 'z')
            {
                return $"(uint32_t){function}.{name[^1]}";
            }
        }

        return null;
    }

    private static string? Number(string text)
    {
        if (HexFloat().Match(text) is { Success: true } match)
        {
            return match.Groups[1].Length > 0 ? $"ckrt::bits<float>(0x{match.Groups[1].Value}u)" : $"ckrt::bits<double>((uint64_t)0x{match.Groups[2].Value}ull)";
        }

        // PTX has literals of 64 bits: where C++ takes one for an unsigned int, its negative would be positive.
        return !Plain().IsMatch(text) ? null : Unsigned().IsMatch(text) ? $"-(int64_t){text[1..].TrimEnd('U')}" : text.TrimEnd('U');
    }

    [GeneratedRegex(@"^\s*\.?(?<type>\w+)\s*(?<names>.*)$", RegexOptions.Singleline)]
    private static partial Regex Registers();

    [GeneratedRegex("^0[fF]([0-9a-fA-F]{8})$|^0[dD]([0-9a-fA-F]{16})$")]
    private static partial Regex HexFloat();

    [GeneratedRegex(@"^-0[xX]0*[89a-fA-F][0-9a-fA-F]{7}U?$")]
    private static partial Regex Unsigned();

    [GeneratedRegex(@"^-?(?:0[xX][0-9a-fA-F]+|[0-9]+)U?$|^-?[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?$")]
    private static partial Regex Plain();
}
