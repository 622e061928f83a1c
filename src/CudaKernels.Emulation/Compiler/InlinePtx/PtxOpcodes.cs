namespace CudaKernels.Emulation;

/// <summary>The calls of native/device/inline_ptx.h that stand for instructions on registers; what touches memory and other threads is in the files beside this one.</summary>
internal static partial class PtxOpcodes
{
    private static readonly Dictionary<string, string> s_types = new(StringComparer.Ordinal)
    {
        ["u8"] = "uint8_t",
        ["s8"] = "int8_t",
        ["b8"] = "uint8_t",
        ["u16"] = "uint16_t",
        ["s16"] = "int16_t",
        ["b16"] = "uint16_t",
        ["u32"] = "uint32_t",
        ["s32"] = "int32_t",
        ["b32"] = "uint32_t",
        ["u64"] = "uint64_t",
        ["s64"] = "int64_t",
        ["b64"] = "uint64_t",
        ["f32"] = "float",
        ["f64"] = "double",
        ["pred"] = "bool",
        ["f16"] = "ckrt::ptx_asm::f16",
        ["bf16"] = "ckrt::ptx_asm::bf16",
        ["tf32"] = "ckrt::ptx_asm::tf32",
        ["f16x2"] = "ckrt::ptx_asm::f16x2",
        ["bf16x2"] = "ckrt::ptx_asm::bf16x2",
    };

    private static readonly Dictionary<string, string> s_bitOperations = new(StringComparer.Ordinal) { ["and"] = "bit_and", ["or"] = "bit_or", ["xor"] = "bit_xor", ["not"] = "bit_not" };

    private static readonly Dictionary<string, string> s_relations = new(StringComparer.Ordinal) { ["lo"] = "lt", ["ls"] = "le", ["hi"] = "gt", ["hs"] = "ge" };

    /// <summary>The C++ type of a register's type, or null.</summary>
    public static string? Type(string name) => s_types.GetValueOrDefault(name);

    /// <summary>A C++ statement for an instruction; null for one that is not known.</summary>
    public static string? Translate(PtxInstruction instruction, PtxTranslation registers)
    {
        var (parts, o) = (instruction.Parts, instruction.Operands);
        switch (parts[0])
        {
            case "ld" or "ldu" or "st" or "atom" or "red" or "cvta" or "mapa":
                return Memory(instruction, registers);
            case "cp" or "mbarrier":
                return Copies(instruction, registers);
            case "bar" or "barrier" or "fence" or "membar" or "griddepcontrol" or "setmaxnreg" or "elect" or "shfl" or "vote" or "match" or "redux" or "activemask":
                return Threads(instruction, registers);
            case "mma" or "wgmma" or "ldmatrix" or "stmatrix" or "movmatrix":
                return Matrices(instruction, registers);
            case "prefetch" or "prefetchu" or "discard" or "applypriority":
                return o.Count > 0 && registers.Address(o[0]) is not null ? "" : null;
            case "nanosleep":
                return "ckrt_yield()";
            case "trap":
                return "__trap()";
        }

        // What changes the result and is not computed here.
        if (o.Count == 0 || parts.Skip(1).Any(part => !IsComputed(instruction, part)) && parts[0] is not "cvt")
        {
            return null;
        }

        var type = Type(parts[^1]);
        if (parts[0] is "cvt" or "setp" or "createpolicy" or "mov")
        {
            return Special(instruction, registers, type);
        }

        var target = registers.Target(o[0]);
        var flushes = instruction.Has("ftz") && type == "float";
        var sources = o.Skip(1).Select(registers.Source).Select(source => source is not null && flushes ? $"ck_p::flushed(ck_p::as<float>({source}))" : source).ToArray();
        if (target is null || type is null || sources.Contains(null) || Value(instruction, type, sources!) is not { } value)
        {
            return null;
        }

        value = instruction.Has("NaN") ? $"ck_p::or_nan<{type}>({string.Join(", ", sources)}, {value})" : value;
        value = instruction.Has("sat") ? $"ck_p::saturated({value})" : value;
        return $"ck_p::set({target}, {(flushes ? $"ck_p::flushed({value})" : value)})";
    }

    private static bool IsComputed(PtxInstruction instruction, string part) => part switch
    {
        "sat" => instruction.Parts[0] is "add" or "sub" or "mul" or "mad" or "fma" && instruction.Parts[^1] is "f32",
        "NaN" => instruction.Parts[0] is "min" or "max" && instruction.Parts[^1] is "f32" && instruction.Operands.Count == 3,
        "satfinite" or "relu" or "xorsign" or "rm" or "rp" or "rz" => false,
        _ => true,
    };

    private static string? Value(PtxInstruction instruction, string type, string[] s)
    {
        var (name, parts, all) = (instruction.Parts[0], instruction.Parts, string.Join(", ", s));
        var isNumber = parts[^1].Contains('f', StringComparison.Ordinal);
        return (name, s.Length) switch
        {
            ("add" or "sub", 2) when instruction.Has("cc") => $"ck_p::{name}_carry<{type}>({all}, false, true)",
            ("addc" or "subc", 2) => $"ck_p::{name[..3]}_carry<{type}>({all}, true, {(instruction.Has("cc") ? "true" : "false")})",
            ("add" or "sub" or "min" or "max", 2) => $"ck_p::{name}<{type}>({all})",
            ("mul", 2) => $"ck_p::mul{Part(instruction, isNumber)}<{type}>({all})",
            ("mad", 3) when !instruction.Has("cc") => isNumber ? $"ck_p::fma<{type}>({all})" : $"ck_p::mad{Part(instruction, isNumber)}<{type}>({all})",
            ("fma", 3) => $"ck_p::fma<{type}>({all})",
            ("div" or "rem", 2) => $"ck_p::{name}<{type}>({all})",
            ("neg" or "abs" or "cnot" or "popc" or "clz" or "brev", 1) => $"ck_p::{name}<{type}>({all})",
            ("bfind", 1) when !instruction.Has("shiftamt") => $"ck_p::bfind<{type}>({all})",
            ("and" or "or" or "xor", 2) or ("not", 1) => $"ck_p::{s_bitOperations[name]}<{type}>({all})",
            ("shl" or "shr", 2) => $"ck_p::{name}<{type}>({all})",
            ("bfe", 3) or ("bfi", 4) or ("sad", 3) or ("selp", 3) => $"ck_p::{name}<{type}>({all})",
            ("prmt", 3) when parts.Length == 2 => $"ck_p::prmt({all})",
            ("lop3", 4) when parts.Length == 2 => $"ck_p::lop3({all})",
            ("shf", 3) when parts.Length == 4 => $"ck_p::shf({all}, {(parts[1] == "l" ? "true" : "false")}, {(parts[2] == "wrap" ? "true" : "false")})",
            ("dp4a", 3) => $"ck_p::dp4a<{(parts[1] == "s32" ? "int8_t" : "uint8_t")}, {(parts[2] == "s32" ? "int8_t" : "uint8_t")}>({all})",
            ("ex2" or "lg2" or "rcp" or "sqrt" or "rsqrt" or "sin" or "cos" or "tanh", 1) => $"ck_p::{name}<{type}>({all})",
            _ => null,
        };
    }

    private static string Part(PtxInstruction instruction, bool isNumber) => isNumber || instruction.Has("lo") ? "" : instruction.Has("hi") ? "_hi" : instruction.Has("wide") ? "_wide" : "_unknown";

    private static string? Special(PtxInstruction instruction, PtxTranslation registers, string? type)
    {
        var (parts, o) = (instruction.Parts, instruction.Operands);
        if (parts[0] == "setp")
        {
            return Compare(instruction, registers, type);
        }

        if (registers.Target(o[0]) is not { } target)
        {
            return null;
        }

        if (parts[0] == "createpolicy")
        {
            return $"ck_p::set({target}, (uint64_t)1)"; // of a cache, which is not modelled
        }

        if (o.Count < 2 || registers.Source(o[1]) is not { } source || type is null)
        {
            return null;
        }

        if (parts[0] == "mov")
        {
            return o.Count == 2 ? $"ck_p::set({target}, {source})" : null;
        }

        var rounding = instruction switch
        {
            _ when instruction.Has("rz") || instruction.Has("rzi") => "kToZero",
            _ when instruction.Has("rm") || instruction.Has("rmi") => "kDown",
            _ when instruction.Has("rp") || instruction.Has("rpi") => "kUp",
            _ when instruction.Has("rna") => "kAway",
            _ => "kNearest",
        };
        if (instruction.Has("satfinite") || parts.Length < 3)
        {
            return null;
        }

        // A rounding to an integer that stays a float.
        if (parts[^1] == parts[^2] && parts.Any(part => part is "rni" or "rzi" or "rmi" or "rpi"))
        {
            return $"ck_p::set({target}, ({type})ck_p::integral(ck_p::as<{type}>({source}), ck_p::{rounding}))";
        }

        if (o.Count == 3)
        {
            return parts[^2] is "f16x2" or "bf16x2" && parts[^1] == "f32" && registers.Source(o[2]) is { } low
                ? $"ck_p::set({target}, ck_p::convert_pair<ckrt::ptx_asm::{parts[^2][..^2]}>({source}, {low}, ck_p::{rounding}, {(instruction.Has("relu") ? "true" : "false")}))"
                : null;
        }

        return Type(parts[^2]) is { } to && o.Count == 2 && !instruction.Has("relu") ? $"ck_p::set({target}, ck_p::convert<{to}, {type}>({source}, ck_p::{rounding}, {(instruction.Has("sat") ? "true" : "false")}))" : null;
    }

    private static string? Compare(PtxInstruction instruction, PtxTranslation registers, string? type)
    {
        var (parts, o) = (instruction.Parts, instruction.Operands);
        var both = o[0].Split('|');
        var targets = both.Select(name => registers.Target(name.Trim())).ToArray();
        var sources = o.Skip(1).Select(registers.Source).ToArray();
        var combine = instruction.Has("and") ? "&&" : instruction.Has("or") ? "||" : instruction.Has("xor") ? "!=" : null;
        if (type is null || targets.Contains(null) || sources.Contains(null) || sources.Length != (combine is null ? 2 : 3))
        {
            return null;
        }

        if (instruction.Has("ftz") && type == "float")
        {
            sources = [.. sources.Take(2).Select(source => $"ck_p::flushed(ck_p::as<float>({source}))"), .. sources.Skip(2)];
        }

        var relation = $"ck_p::compare_{s_relations.GetValueOrDefault(parts[1], parts[1])}<{type}>({sources[0]}, {sources[1]})";
        // The predicate that is combined may be a target too: it is read first.
        var read = combine is null ? "" : $"const bool ck_third = ck_p::as<bool>({sources[2]}); ";
        var more = combine is null ? "" : $" {combine} ck_third";
        var second = targets.Length > 1 ? $", ck_p::set({targets[1]}, !ck_holds{more})" : "";
        return $"{read}const bool ck_holds = {relation}; ck_p::set({targets[0]}, ck_holds{more}){second}";
    }
}
