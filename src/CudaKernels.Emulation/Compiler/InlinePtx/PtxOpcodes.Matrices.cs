using System.Text.RegularExpressions;

namespace CudaKernels.Emulation;

/// <content>Matrix instructions.</content>
internal static partial class PtxOpcodes
{
    private static readonly Dictionary<string, string> s_operands = new(StringComparer.Ordinal)
    {
        ["f16"] = "ckrt::ptx_asm::f16",
        ["bf16"] = "ckrt::ptx_asm::bf16",
        ["tf32"] = "ckrt::ptx_asm::tf32",
        ["s8"] = "ckrt::ptx_asm::s8",
        ["u8"] = "ckrt::ptx_asm::u8",
        ["f64"] = "double",
    };

    private static readonly Dictionary<string, string> s_wgmmaTypes = new(StringComparer.Ordinal)
    {
        ["f16"] = "CKRT_F16",
        ["bf16"] = "CKRT_BF16",
        ["tf32"] = "CKRT_TF32",
        ["e4m3"] = "CKRT_E4M3",
        ["e5m2"] = "CKRT_E5M2",
        ["s8"] = "CKRT_S8",
        ["u8"] = "CKRT_U8",
    };

    private static string? Matrices(PtxInstruction instruction, PtxTranslation registers)
    {
        var (parts, o) = (instruction.Parts, instruction.Operands);
        var isTransposed = instruction.Has("trans") ? "true" : "false";
        switch (parts[0])
        {
            case "ldmatrix" when o.Count == 2 && parts[^1] == "b16":
                var to = o[0].StartsWith('{') ? registers.Target(o[0]) : registers.Target(o[0]) is { } one ? $"ck_p::targets({one})" : null;
                return to is not null && registers.Address(o[1]) is { } from ? $"ck_p::ldmatrix<{isTransposed}>({to}, {from})" : null;
            case "stmatrix" when o.Count == 2 && parts[^1] == "b16":
                var values = o[1].StartsWith('{') ? registers.Source(o[1]) : registers.Source(o[1]) is { } value ? $"ck_p::values({value})" : null;
                return values is not null && registers.Address(o[0]) is { } address ? $"ck_p::stmatrix<{isTransposed}>({address}, {values})" : null;
            case "movmatrix" when o.Count == 2:
                return registers.Target(o[0]) is { } target && registers.Source(o[1]) is { } source ? $"ck_p::set({target}, ck_p::movmatrix({source}))" : null;
            case "mma" when o.Count == 4:
                return Product(instruction, registers);
            case "wgmma":
                return parts[1] switch
                {
                    "fence" => "ck_p::wgmma_fence()",
                    "commit_group" => "ck_p::wgmma_commit()",
                    "wait_group" => o.Count == 1 && registers.Source(o[0]) is { } pending ? $"ck_p::wgmma_wait({pending})" : null,
                    _ => Warpgroup(instruction, registers),
                };
            default:
                return null;
        }
    }

    private static string? Product(PtxInstruction instruction, PtxTranslation registers)
    {
        var (parts, o) = (instruction.Parts, instruction.Operands);
        if (Shape().Match(instruction.Opcode) is not { Success: true } shape || shape.Groups["n"].Value != "8" || !instruction.Has("row") || !instruction.Has("col") || instruction.Has("satfinite"))
        {
            return null;
        }

        var (rows, depth) = (shape.Groups["m"].Value, shape.Groups["k"].Value);
        var sum = parts[^4] switch { "f32" => "float", "s32" => "int32_t", "f64" => "double", "f16" => "ckrt::ptx_asm::f16", _ => null };
        if (sum is null || parts[^1] != parts[^4] || !s_operands.TryGetValue(parts[^3], out var a) || !s_operands.TryGetValue(parts[^2], out var b) || (rows == "8" && parts[^4] is "f16" or "f32"))
        {
            return null;
        }

        var d = o[0].StartsWith('{') ? registers.Target(o[0]) : null;
        var sources = o.Skip(1).Select(operand => operand.StartsWith('{') ? registers.Source(operand) : registers.Source(operand) is { } value ? $"ck_p::values({value})" : null).ToArray();
        return d is null || sources.Contains(null) ? null : $"ck_p::mma<{a}, {b}, {sum}, {rows}, {depth}>({d}, {string.Join(", ", sources)})";
    }

    private static string? Warpgroup(PtxInstruction instruction, PtxTranslation registers)
    {
        var (parts, o) = (instruction.Parts, instruction.Operands);
        if (parts[1] != "mma_async" || Shape().Match(instruction.Opcode) is not { Success: true } shape || o.Count < 4)
        {
            return null;
        }

        var sum = parts[^3] switch { "f32" => "CKRT_TO_F32", "f16" => "CKRT_TO_F16", "s32" => "CKRT_TO_S32", _ => null };
        var rest = o.Skip(3).Select(registers.Source).ToList();
        var fromRegisters = o[1].StartsWith('{');
        var a = fromRegisters ? registers.Target(o[1]) : registers.Source(o[1]) is { } descriptor ? $"ck_p::Values<uint64_t, 1>{{{{ck_p::as<uint64_t>({descriptor})}}}}" : null;
        if (sum is null || a is null || rest.Contains(null) || registers.Target(o[0]) is not { } d || registers.Source(o[2]) is not { } b
            || !s_wgmmaTypes.TryGetValue(parts[^2], out var typeA) || !s_wgmmaTypes.TryGetValue(parts[^1], out var typeB))
        {
            return null;
        }

        // accumulate, the signs of A and B, and whether they are transposed, which A in registers is never.
        string Sign(int i) => rest.Count > i ? $"(uint8_t)((int)({rest[i]}) < 0)" : "0";
        string Flag(int i) => rest.Count > i ? $"(uint8_t)((int)({rest[i]}) != 0)" : "0";
        var transposes = fromRegisters ? $"0, {Flag(3)}" : $"{Flag(3)}, {Flag(4)}";
        var form = $"\"wgmma.mma_async\", 0, {typeA}, {typeB}, {sum}, (uint8_t)ck_p::as<bool>({rest[0]}), {Sign(1)}, {Sign(2)}, {transposes}, {(instruction.Has("satfinite") ? 1 : 0)}, {shape.Groups["n"].Value}, 0, 0, nullptr, nullptr";
        return $"ck_p::wgmma(ckrt_wgmma{{{form}}}, {d}, {a}, {b})";
    }

    [GeneratedRegex(@"\.m(?<m>\d+)n(?<n>\d+)k(?<k>\d+)\.")]
    private static partial Regex Shape();
}
