namespace CudaKernels.Emulation;

/// <content>Asynchronous copies and mbarriers.</content>
internal static partial class PtxOpcodes
{
    private static readonly string[] s_reductions = ["add", "min", "max", "inc", "dec", "and", "or", "xor"];

    private static string? Copies(PtxInstruction instruction, PtxTranslation registers)
    {
        if (instruction.Parts[0] == "mbarrier")
        {
            return Barrier(instruction, registers);
        }

        var parts = instruction.Parts;
        var o = instruction.Has("L2::cache_hint") ? [.. instruction.Operands.SkipLast(1)] : instruction.Operands;
        if (parts is ["cp", "async", "bulk", ..])
        {
            return Bulk(instruction, registers, o);
        }

        if (parts is ["cp", "reduce", "async", "bulk", "tensor", ..])
        {
            return s_reductions.FirstOrDefault(instruction.Has) is { } reduction ? TensorStore(registers, o, $"CKRT_{reduction.ToUpperInvariant()}") : null;
        }

        return parts switch
        {
            ["cp", "async", "commit_group"] => "ck_p::cp_async_commit()",
            ["cp", "async", "wait_all"] => "ck_p::cp_async_wait_all()",
            ["cp", "async", "wait_group"] => o.Count == 1 && registers.Source(o[0]) is { } pending ? $"ck_p::cp_async_wait({pending})" : null,
            ["cp", "async", "mbarrier", "arrive", "noinc", ..] => o.Count == 1 && At(registers, o[0], instruction.Has("shared")) is { } barrier ? $"ck_p::cp_async_arrive({barrier})" : null,
            ["cp", "async", "ca" or "cg", ..] when o.Count >= 3 => Shared(registers, o[0]) is { } to && Global(registers, o[1]) is { } from && registers.Source(o[2]) is { } bytes && registers.Source(o.Count > 3 ? o[3] : o[2]) is { } read
                ? $"ck_p::cp_async({to}, {from}, {bytes}, {read})"
                : null,
            _ => null,
        };
    }

    private static string? Bulk(PtxInstruction instruction, PtxTranslation registers, IReadOnlyList<string> o)
    {
        var parts = instruction.Parts;
        switch (parts[3])
        {
            case "commit_group":
                return "ck_p::bulk_commit()";
            case "wait_group":
                return o.Count == 1 && registers.Source(o[0]) is { } pending ? $"ck_p::bulk_wait({pending}, {(instruction.Has("read") ? 1 : 0)})" : null;
            case "prefetch":
                return "";
            case "tensor" when instruction.Has("im2col") || parts.Length < 6:
                return null;
            case "tensor":
                return parts[5] == "global" ? TensorStore(registers, o, "CKRT_NO_REDUCTION") : TensorLoad(instruction, registers, o);
        }

        if (parts is not [.., _, _] || o.Count < 3 || registers.Source(o[2]) is not { } bytes)
        {
            return null;
        }

        if (parts[3] == "global")
        {
            return Global(registers, o[0]) is { } target && Shared(registers, o[1]) is { } source ? $"ck_p::bulk_store({target}, {source}, {bytes})" : null;
        }

        if (o.Count < 4 || Shared(registers, o[0]) is not { } to || Shared(registers, o[3]) is not { } barrier)
        {
            return null;
        }

        if (parts[4] != "global")
        {
            return Shared(registers, o[1]) is { } other ? $"ck_p::bulk_copy({to}, {other}, {bytes}, {barrier})" : null;
        }

        if (Global(registers, o[1]) is not { } from)
        {
            return null;
        }

        return !instruction.Has("multicast::cluster") ? $"ck_p::bulk_load({to}, {from}, {bytes}, {barrier})"
            : o.Count > 4 && registers.Source(o[4]) is { } blocks ? $"ck_p::bulk_load_multicast({to}, {from}, {bytes}, {barrier}, {blocks})" : null;
    }

    private static string? TensorLoad(PtxInstruction instruction, PtxTranslation registers, IReadOnlyList<string> o)
    {
        if (o.Count < 3 || Shared(registers, o[0]) is not { } to || Map(registers, o[1]) is not { } map || Shared(registers, o[2]) is not { } barrier)
        {
            return null;
        }

        var blocks = !instruction.Has("multicast::cluster") ? "0u" : o.Count > 3 ? registers.Source(o[3]) : null;
        return blocks is null ? null : $"ck_p::tensor_load({to}, {map}, {barrier}, {blocks})";
    }

    private static string? TensorStore(PtxTranslation registers, IReadOnlyList<string> o, string reduction) =>
        o.Count >= 2 && Map(registers, o[0]) is { } map && Shared(registers, o[1]) is { } from ? $"ck_p::tensor_store({map}, {from}, {reduction})" : null;

    // [map, {coordinates}]
    private static string? Map(PtxTranslation registers, string operand) =>
        operand is ['[', .., ']'] && PtxInstruction.Split(operand[1..^1]) is [var map, var at] && registers.Source(map) is { } source && registers.Source(at) is { } coordinates ? $"{source}, {coordinates}" : null;

    private static string? Shared(PtxTranslation registers, string operand) => registers.Address(operand) is { } address ? $"ck_p::shared({address})" : null;

    private static string? Global(PtxTranslation registers, string operand) => registers.Address(operand) is { } address ? $"ck_p::global({address})" : null;

    // A barrier's address, which may be generic.
    private static string? At(PtxTranslation registers, string operand, bool isShared) =>
        isShared ? Shared(registers, operand) : Global(registers, operand) is { } pointer ? $"(uint32_t)ck_p::to_shared({pointer})" : null;

    private static string? Barrier(PtxInstruction instruction, PtxTranslation registers)
    {
        var o = instruction.Operands;
        var isShared = instruction.Has("shared") || instruction.Has("shared::cluster");
        var operation = instruction.Parts[1];
        if (operation is "init" or "inval" or "expect_tx")
        {
            var count = operation == "inval" ? "" : o.Count == 2 ? registers.Source(o[1]) : null;
            return o.Count > 0 && count is not null && At(registers, o[0], isShared) is { } address
                ? $"ck_p::mbarrier_{(operation == "expect_tx" ? "expect" : operation)}({address}{(count.Length > 0 ? $", {count}" : "")})"
                : null;
        }

        if (operation == "arrive")
        {
            // The state may be left out.
            var named = o.Count > 0 && o[0].StartsWith('[') ? ["_", .. o] : o;
            var more = named.Count > 2 ? registers.Source(named[2]) : null;
            if (named.Count < 2 || registers.Target(named[0]) is not { } state || At(registers, named[1], isShared) is not { } barrier || (named.Count > 2 && more is null) || (instruction.Has("expect_tx") && more is null))
            {
                return null;
            }

            var (arrivals, bytes) = instruction.Has("expect_tx") ? ("1", more) : (more ?? "1", "0");
            return $"ck_p::set({state}, ck_p::mbarrier_arrive({barrier}, {arrivals}, {bytes}, {(instruction.Has("relaxed") ? 0 : 1)}, {(instruction.Has("noComplete") ? 0 : 1)}))";
        }

        return operation is "test_wait" or "try_wait" && o.Count >= 3 && registers.Target(o[0]) is { } done && At(registers, o[1], isShared) is { } waited && registers.Source(o[2]) is { } phase
            ? $"ck_p::set({done}, ck_p::mbarrier_wait({waited}, {phase}, {(instruction.Has("parity") ? 1 : 0)}, {(operation == "try_wait" ? 1 : 0)}, {(instruction.Has("relaxed") ? 0 : 1)}))"
            : null;
    }
}
