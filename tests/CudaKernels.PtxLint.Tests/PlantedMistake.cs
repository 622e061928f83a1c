using CudaKernels.PtxLint;

namespace CudaKernels.Tests;

/// <summary>A right header of Right/ with one thing changed.</summary>
/// <param name="File">The header.</param>
/// <param name="Right">The text that is right.</param>
/// <param name="Wrong">What stands there instead.</param>
/// <param name="Rule">The kind of finding.</param>
/// <param name="Says">What the finding says, in part.</param>
/// <param name="LineBelow">The line of the finding, counted from the line of the change.</param>
public sealed record PlantedMistake(string File, string Right, string Wrong, Rule Rule, string Says, int LineBelow = 0)
{
    /// <summary>The mistakes that a wrapper's author makes; none of them is seen by a host compiler.</summary>
    public static IReadOnlyList<PlantedMistake> All { get; } =
    [
        // The opcode and its modifiers.
        new("matrices", "m16n8k16", "m16n8k99", Rule.Spelling, "'.m16n8k99' is not legal after 'mma.sync.aligned'; legal there: "),
        new("matrices", "bf16.bf16.f32 ", "bf16.f16.f32 ", Rule.Spelling, "'.f16' is not legal after 'mma.sync.aligned.m16n8k16.row.col.f32.bf16'; legal there: .bf16"),
        new("matrices", ".row.col.", ".col.row.", Rule.Spelling, "'.col' is not legal after 'mma.sync.aligned.m16n8k16'; legal there: .row"),
        new("matrices", "mma.sync.aligned", "mma.aligned.sync", Rule.Spelling, "'.aligned' is not legal after 'mma'; legal there: .sp, "),
        new("matrices", "bf16.bf16.f32 ", "bf16.bf16 ", Rule.Spelling, "ends too early; it goes on with .f32"),
        new("matrices", "mma.sync", "mna.sync", Rule.Spelling, "'mna' is no instruction"),
        new("matrices", "m8n8.x2.shared", "m8n8.x3.shared", Rule.Spelling, "'.x3' is not legal after 'ldmatrix.sync.aligned.m8n8'; legal there: .x1, .x2, .x4"),
        new("copies", "cp.async.cg", "cp.async.cs", Rule.Spelling, "'.cs' is not legal after 'cp.async'"),
        new("copies", ".global.mbarrier::complete_tx::bytes", ".mbarrier::complete_tx::bytes.global", Rule.Spelling, "'.mbarrier::complete_tx::bytes' is not legal after 'cp.async.bulk.tensor.2d.shared::cluster'"),
        new("barriers", "mbarrier.try_wait.parity.shared::cta.b64 p", "mbarrier.try_wait.shared::cta.parity.b64 p", Rule.Spelling, "'.parity' is not legal after"),
        new("warpgroup", "PRODUCT(8, f16", "PRODUCT(12, f16", Rule.Spelling, "'.m64n12k16' is not legal after 'wgmma.mma_async.sync.aligned'"),
        new("warpgroup", "PRODUCT(8, f16", "PRODUCT(8, tf32", Rule.Spelling, "'.tf32' is not legal after 'wgmma.mma_async.sync.aligned.m64n8k16.f32'; legal there: .bf16, .f16"),
        new("warpgroup", "setmaxnreg.inc", "setmaxnreg.add", Rule.Spelling, "legal there: .dec, .inc"),
        new("numbers", "atom.acq_rel.gpu", "atom.gpu.acq_rel", Rule.Spelling, "'.acq_rel' is not legal after 'atom.gpu'"),

        // Count, kind and length of the operands.
        new("matrices", "{%8, %9}, {%10, %11, %12, %13};", "{%8, %9};", Rule.Operand, "it has 3 operands, and takes 4", LineBelow: -1),
        new("matrices", "{%4, %5, %6, %7}", "{%4, %5, %6}", Rule.Operand, "operand 2, {%4, %5, %6}, has 3 registers; legal: {r x4}", LineBelow: -1),
        new("matrices", "{%8, %9}", "%8", Rule.Operand, "must be a vector in braces: {r x2}", LineBelow: -1),
        new("matrices", "%12, %13}", "%12, %14}", Rule.Operand, "does not exist: the statement has %0 to %13", LineBelow: -1),
        new("matrices", "\"f\"(c[0])", "\"r\"(__float_as_uint(c[0]))", Rule.Operand, "has the constraint \"r\"; it must be a float (\"f\")", LineBelow: -3),
        new("matrices", "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10", "{%4, %1, %2, %3}, {%0, %5, %6, %7}, {%8, %9}, {%10", Rule.Operand, "must be a float", LineBelow: -1),
        new("matrices", "[%2];\" : \"=r\"(r[0])", "%2;\" : \"=r\"(r[0])", Rule.Operand, "must be an address in brackets: [r]"),
        new("matrices", "\"=r\"(r[1]) : \"r\"(ptx::smem_u32(row))", "\"=r\"(r[1]) : \"l\"(row)", Rule.Operand, "as an address has the constraint \"l\"; it must be a 32-bit register"),
        new("copies", "\"l\"(source), \"n\"(N)", "\"l\"(source), \"r\"(N)", Rule.Operand, "its constraint is \"n\", not \"r\""),
        new("copies", "[%1], 16;", "[%1], 8;", Rule.Operand, "must be a constant of 16"),
        new("copies", "[%1, {%3, %4}]", "[%1, {%3}]", Rule.Operand, "has 1 register; legal: {r x2}", LineBelow: -1),
        new("copies", "[%1, {%3, %4}], [%2]", "[%1, {%3, %4}], %2", Rule.Operand, "must be an address in brackets", LineBelow: -1),
        new("copies", "\"r\"(y), \"h\"(mask)", "\"r\"(y), \"r\"((u32)mask)", Rule.Operand, "it must be a 16-bit register (\"h\")", LineBelow: -1),
        new("barriers", "b64 p, [%1], %2;", "b64 %0, [%1], %2;", Rule.Operand, "it must be a predicate"),
        new("barriers", ".reg .pred p;", ".reg .b32 p;", Rule.Operand, "is of the wrong type; it must be a predicate", LineBelow: 1),
        new("barriers", ".reg .pred p;", ".reg .pred q;", Rule.Operand, "operand 1, p, is declared nowhere in the block", LineBelow: 1),
        new("barriers", "bra again;", "bra agian;", Rule.Operand, "is no label of the block"),
        new("barriers", "@done bra", "@dona bra", Rule.Operand, "@dona is no predicate of the block"),
        new("barriers", "\"=l\"(state)", "\"=r\"(state)", Rule.Operand, "it must be a 64-bit register"),
        new("warpgroup", "wait_group.sync.aligned %0;\" ::\"n\"(1)", "wait_group.sync.aligned;\" ::", Rule.Operand, "it has 0 operands, and takes 1"),
        new("warpgroup", "u32 240;", "u32 250;", Rule.Operand, "must be a constant of 24..256/8"),
        new("warpgroup", "REGISTERS_##r(\"+f\")", "REGISTERS_##r(\"=f\")", Rule.Operand, "is read and written: its constraint is \"+f\", not \"=f\"", LineBelow: 4),
        new("warpgroup", "\"%9\", \"%10\")", "\"%9\", \"2\")", Rule.Operand, "must be a constant of 0,1"),
        new("numbers", "%2, %2, 0xE4", "%2, %2, 0x1E4", Rule.Operand, "must be a constant of 0..255/1"),
        new("numbers", "%%globaltimer", "%%globaltime", Rule.Operand, "is no special register"),

        // Constraints against the C++ behind them.
        new("copies", "\"r\"(destination), \"l\"(source), \"n\"(N)", "\"r\"(source), \"l\"(destination), \"n\"(N)", Rule.Constraint, "\"r\"(source): the expression is 64 bits wide, a pointer"),
        new("matrices", "\"r\"(ptx::smem_u32(row))", "\"r\"(row)", Rule.Constraint, "a shared address is smem_u32(pointer)"),
        new("numbers", "\"h\"(h.bits)", "\"h\"(h)", Rule.Constraint, "a struct, and no register holds one"),
        new("numbers", "\"=r\"(t.bits)", "\"=f\"(t.bits)", Rule.Constraint, "the expression is of the kind \"r\""),
        new("numbers", "\"=r\"(to.word[1])", "\"=f\"(to.word[1])", Rule.Constraint, "the expression is of the kind \"r\""),
        new("numbers", "\"=f\"(f)", "\"f\"(f)", Rule.Constraint, "is no constraint of an output"),
        new("numbers", "\"r\"(x) : \"memory\"", "\"m\"(x) : \"memory\"", Rule.Constraint, "\"m\" is no constraint of an input"),
        new("numbers", "\"0\"(sum), \"r\"(x)", "\"3\"(sum), \"r\"(x)", Rule.Constraint, "ties to %3, which is no output"),

        // What is used, read and written.
        new("matrices", "{%8, %9}", "{%8, %8}", Rule.Use, "%9, \"r\"(b[1]), is used nowhere", LineBelow: 2),
        new("barriers", "selp.b32 %0, 1, 0, p;", "", Rule.Use, "%0, \"=r\"(done), is used nowhere", LineBelow: 2),
        new("barriers", "mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2;", "mov.b32 %1, %2;", Rule.Operand, "is written, and is an input"),
        new("barriers", "mbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1;", "st.shared.b32 [%0], %1;", Rule.Use, "done is read before anything writes it", LineBelow: 1),
        new("numbers", "\"add.u32 %0, %1, %2;\" : \"=r\"(sum) : \"0\"(sum)", "\"add.u32 %0, %0, %1;\" : \"=r\"(sum) : \"r\"(sum)", Rule.Use, "an output that is also an input is \"+r\""),

        // What the compiler must be told.
        new("numbers", "asm volatile(\"mov.u64", "asm(\"mov.u64", Rule.Effects, "the statement must be asm volatile"),
        new("copies", "\"l\"(source), \"n\"(N), \"r\"(bytes) : \"memory\"", "\"l\"(source), \"n\"(N), \"r\"(bytes)", Rule.Effects, "the statement must clobber \"memory\""),
        new("numbers", "\"l\"(counter), \"r\"(x) : \"memory\"", "\"l\"(counter), \"r\"(x)", Rule.Effects, "atom.acq_rel.gpu.global.add.u32 touches or orders memory"),
        new("warpgroup", "\"n\"(0), \"n\"(0) : \"memory\"", "\"n\"(0), \"n\"(0)", Rule.Effects, "touches or orders memory", LineBelow: 3),
        new("matrices", "asm volatile(\n      \"mma", "asm(\n      \"mma", Rule.Effects, "the statement must be asm volatile"),

        // Where it exists.
        new("matrices", "#if __CUDA_ARCH__ >= 800", "#if __CUDA_ARCH__ >= 750", Rule.Target, "needs sm_80, and no guard keeps sm_75 out", LineBelow: 3),
        new("copies", "#if __CUDA_ARCH__ >= 900", "#if __CUDA_ARCH__ >= 890", Rule.Target, "needs sm_90, and no guard keeps sm_89 out", LineBelow: 3),
        new("warpgroup", "defined(__CUDA_ARCH_FEAT_SM90_ALL)", "__CUDA_ARCH__ >= 900", Rule.Target, "needs sm_90a, and no guard keeps sm_90 out", LineBelow: 2),
        new("copies", ".2d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster\"", ".2d.shared::cta.global.mbarrier::complete_tx::bytes\"", Rule.Operand, "takes 3"),
        new("numbers", "atom.acq_rel.gpu.global.add.u32 %0, [%1], %2;", "fence.acquire.gpu; atom.gpu.global.add.u32 %0, [%1], %2;", Rule.Target, "fence.acquire.gpu needs sm_90"),
        new("barriers", "mbarrier.arrive.shared::cta.b64 %0", "mbarrier.arrive.relaxed.cta.shared::cta.b64 %0", Rule.Target, "needs PTX 8.6, and no guard keeps CUDA 12.4 out"),

        // The statement as C++.
        new("numbers", "\"=l\"(t)", "\"=l\"", Rule.Syntax, "the operand \"=l\" has no expression"),
        new("numbers", "\"cvt.f32.f16 %0, %1;\"", "text", Rule.Syntax, "'text' stands in the template"),

        // Blocks.
        new("barriers", "\"{\\n\"\n      \".reg .pred p;", "\n      \".reg .pred p;", Rule.Scope, "is declared outside { }", LineBelow: 1),
        new("barriers", "selp.b32 %0, 1, 0, p;\\n\"\n      \"}\"", "selp.b32 %0, 1, 0, p;\\n\"\n", Rule.Syntax, "a { is never closed", LineBelow: -4),
        new("barriers", "selp.b32 %0, 1, 0, p;", "selp.b32 %0, 1, 0, p", Rule.Syntax, "has no ; behind it", LineBelow: -4),
        new("numbers", "%%globaltimer", "%globaltimer", Rule.Syntax, "a special register is written %%globaltimer"),
    ];
}
