namespace CudaKernels.Emulation;

/// <content>Loads, stores, atomics and addresses.</content>
internal static partial class PtxOpcodes
{
    private static readonly string[] s_atomics = ["add", "min", "max", "and", "or", "xor", "exch", "inc", "dec"];

    // What is atomic counts for the block alone where it says .cta.
    private static string? Memory(PtxInstruction instruction, PtxTranslation registers) =>
        Access(instruction, registers) is not { } code ? null : !instruction.Has("cta") ? code : $"ckrt::block_scope(true); {code}; ckrt::block_scope(false)";

    private static string? Access(PtxInstruction instruction, PtxTranslation registers)
    {
        var (parts, o) = (instruction.Parts, instruction.Operands);
        if (parts[0] is "cvta" or "mapa")
        {
            return Convert(instruction, registers);
        }

        // ld.param has no meaning in a statement.
        if (Type(parts[^1]) is not { } type || instruction.Has("param"))
        {
            return null;
        }

        var space = instruction.Has("shared") || instruction.Has("shared::cluster") ? "ck_p::kShared" : "ck_p::kGeneric";
        switch (parts[0])
        {
            case "ld" or "ldu" when o.Count >= 2:
                var load = instruction.Has("nc") ? "kReadOnly"
                    : instruction.Has("volatile") || instruction.Has("cv") ? "kVolatile"
                    : instruction.Has("acquire") ? "kAcquire"
                    : instruction.Has("relaxed") ? "kRelaxed"
                    : "kPlain";
                var to = o[0].StartsWith('{') ? registers.Target(o[0]) : registers.Target(o[0]) is { } one ? $"ck_p::targets({one})" : null;
                return to is not null && registers.Address(o[1]) is { } from ? $"ck_p::load<{type}, ck_p::{load}>({to}, {space}, {from})" : null;
            case "st" when o.Count >= 2 && !instruction.Has("async") && !instruction.Has("bulk"):
                var store = instruction.Has("volatile") ? "kVolatile" : instruction.Has("release") ? "kRelease" : instruction.Has("relaxed") ? "kRelaxed" : "kPlain";
                var values = o[1].StartsWith('{') ? registers.Source(o[1]) : registers.Source(o[1]) is { } value ? $"ck_p::values({value})" : null;
                return values is not null && registers.Address(o[0]) is { } address ? $"ck_p::store<{type}, ck_p::{store}>({space}, {address}, {values})" : null;
            case "atom" or "red" when !instruction.Has("async"):
                return Atomic(instruction, registers, type, space);
            default:
                return null;
        }
    }

    private static string? Atomic(PtxInstruction instruction, PtxTranslation registers, string type, string space)
    {
        var isRed = instruction.Parts[0] == "red";
        var o = isRed ? ["_", .. instruction.Operands] : instruction.Operands;
        var order = instruction.Has("acq_rel") ? "__ATOMIC_ACQ_REL" : instruction.Has("acquire") ? "__ATOMIC_ACQUIRE" : instruction.Has("release") ? "__ATOMIC_RELEASE" : "__ATOMIC_RELAXED";
        if (o.Count < 3 || registers.Target(o[0]) is not { } target || registers.Address(o[1]) is not { } address || registers.Source(o[2]) is not { } value)
        {
            return null;
        }

        var result = instruction.Has("cas")
            ? o.Count > 3 && registers.Source(o[3]) is { } wanted ? $"ck_p::compare_and_swap<{type}, {order}>({space}, {address}, {value}, {wanted})" : null
            : s_atomics.FirstOrDefault(instruction.Has) is { } operation ? $"ck_p::atomic<ck_p::Atomic_{operation}, {type}, {order}>({space}, {address}, {value})" : null;
        return result is null || isRed ? result : $"ck_p::set({target}, {result})";
    }

    private static string? Convert(PtxInstruction instruction, PtxTranslation registers)
    {
        var o = instruction.Operands;
        if (o.Count < 2 || registers.Target(o[0]) is not { } target || registers.Source(o[1]) is not { } source)
        {
            return null;
        }

        var isShared = instruction.Has("shared") || instruction.Has("shared::cluster");
        if (instruction.Parts[0] == "mapa")
        {
            return o.Count == 3 && registers.Source(o[2]) is { } rank ? $"ck_p::set({target}, ck_p::mapa{(isShared ? "" : "_generic")}({source}, {rank}))" : null;
        }

        return $"ck_p::set({target}, {(!isShared ? source : instruction.Has("to") ? $"ck_p::to_shared({source})" : $"ck_p::from_shared({source})")})";
    }
}
