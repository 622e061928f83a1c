namespace CudaKernels.PtxLint;

/// <summary>The registers and labels that a template declares itself.</summary>
internal sealed class BlockRegisters
{
    private readonly Dictionary<string, string> _kinds = [];
    private readonly HashSet<string> _labels = [];

    public BlockRegisters(IEnumerable<PtxStatement> statements)
    {
        foreach (var statement in statements)
        {
            if (statement is PtxStatement.Registers registers)
            {
                foreach (var name in registers.Names)
                    _kinds[name] = Kinds(registers.Type);
            }
            else if (statement is PtxStatement.Label label)
            {
                _labels.Add(label.Name);
            }
        }
    }

    /// <summary>The kinds that a register may stand for; null when the block does not declare it.</summary>
    public string? KindsOf(string name) => _kinds.GetValueOrDefault(name);

    public bool IsLabel(string name) => _labels.Contains(name);

    /// <summary>An untyped register serves every type of its width.</summary>
    private static string Kinds(string type) => type switch
    {
        "pred" => "p",
        "b16" or "u16" or "s16" or "f16" => "h",
        "b32" => "rf",
        "u32" or "s32" => "r",
        "f32" => "f",
        "b64" => "ld",
        "u64" or "s64" => "l",
        "f64" => "d",
        "b128" => "q",
        _ => "",
    };
}
