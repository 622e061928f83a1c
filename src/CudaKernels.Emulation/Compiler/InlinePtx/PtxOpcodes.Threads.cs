namespace CudaKernels.Emulation;

/// <content>Barriers, fences and operations of a warp.</content>
internal static partial class PtxOpcodes
{
    private static string? Threads(PtxInstruction instruction, PtxTranslation registers)
    {
        var (parts, o) = (instruction.Parts, instruction.Operands);
        switch (parts[0])
        {
            case "membar":
                return parts.Contains("cta") ? "__threadfence_block()" : parts.Contains("sys") ? "__threadfence_system()" : "__threadfence()";
            case "fence":
                return parts[1] switch
                {
                    "proxy" => instruction.Parts is [_, _, "async", ..] ? "ckrt_proxy_fence()" : null,
                    "mbarrier_init" => "ckrt_mbarrier_init_fence()",
                    _ => parts.Contains("cta") ? "__threadfence_block()" : parts.Contains("sys") ? "__threadfence_system()" : "__threadfence()",
                };
            case "griddepcontrol":
                return parts[1] == "wait" ? "ckrt_grid_dependency_wait()" : "ckrt_grid_dependency_launch()";
            case "setmaxnreg":
                return "ck_p::setmaxnreg()";
            case "bar" or "barrier":
                return BlockBarrier(instruction, registers);
        }

        var sources = o.Skip(1).Select(registers.Source).ToArray();
        var targets = o.Count == 0 ? [] : o[0].Split('|').Select(name => registers.Target(name.Trim())).ToArray();
        if (sources.Contains(null) || targets.Contains(null) || targets.Length == 0)
        {
            return null;
        }

        var all = string.Join(", ", sources);
        var (first, second) = (targets[0]!, targets.Length > 1 ? targets[1]! : "ck_sink");
        var type = Type(parts[^1]);
        switch (parts[0])
        {
            case "activemask":
                return $"ck_p::set({first}, (uint32_t)__activemask())";
            case "elect" when sources.Length == 1:
                return $"const uint32_t ck_leader = ck_p::elect({all}); ck_p::set({first}, ck_leader); ck_p::set({second}, ck_leader == ckrt::lane())";
            case "shfl" when sources.Length == 4 && parts.Length == 4:
                var kind = parts[2] switch { "up" => "kUp", "down" => "kDown", "bfly" => "kButterfly", "idx" => "kIndex", _ => null };
                return kind is null ? null : $"bool ck_inside; ck_p::set({first}, ck_p::shuffle(ck_p::ShuffleKind::{kind}, {all}, ck_inside)); ck_p::set({second}, ck_inside)";
            case "vote" when sources.Length == 2 && parts.Length == 4:
                var vote = parts[2] switch { "any" => "kAny", "all" => "kAll", "uni" => "kUniform", "ballot" => "kBallot", _ => null };
                return vote is null ? null : $"ck_p::set({first}, ck_p::vote(ck_p::{vote}, {all}))";
            case "match" when sources.Length == 2 && type is not null:
                return $"const uint32_t ck_same = ck_p::match<{type}>({all}, {(parts[1] == "all" ? "true" : "false")}); ck_p::set({first}, ck_same); ck_p::set({second}, ck_same != 0)";
            case "redux" when sources.Length == 2 && type is not null && parts.Length == 4 && s_atomics.Contains(parts[2]):
                return $"ck_p::set({first}, ck_p::redux<ck_p::Atomic_{parts[2]}, {type}>({all}))";
            default:
                return null;
        }
    }

    private static string? BlockBarrier(PtxInstruction instruction, PtxTranslation registers)
    {
        var sources = instruction.Operands.Select(registers.Source).ToArray();
        if (sources.Contains(null))
        {
            return null;
        }

        var parts = instruction.Parts.Where(part => part is not ("aligned" or "cta")).ToArray();
        return parts switch
        {
            [_, "cluster", "arrive", ..] => $"ck_p::cluster_arrive({(instruction.Has("relaxed") ? 0 : 1)})",
            [_, "cluster", "wait", ..] => "ck_p::cluster_wait(1)",
            [_, "warp", "sync"] when sources.Length == 1 => $"ck_p::warp_barrier({sources[0]})",
            [_, "sync"] when sources.Length is 1 or 2 => $"ck_p::named_barrier({sources[0]}, {(sources.Length > 1 ? sources[1] : "0")}, 1)",
            [_, "arrive"] when sources.Length == 2 => $"ck_p::named_barrier({sources[0]}, {sources[1]}, 0)",
            _ => null,
        };
    }
}
