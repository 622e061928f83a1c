using CudaKernels.PtxLint;

namespace CudaKernels.Tests;

/// <summary>Facts of the PTX manual that the table must tell; each is asked through a statement.</summary>
public sealed class InstructionTableTests
{
    [Theory]
    [InlineData("wgmma.mma_async.sync.aligned.m64n256k16.f32.bf16.bf16")]
    [InlineData("cp.reduce.async.bulk.tensor.5d.global.shared::cta.min.tile.bulk_group.L2::cache_hint")]
    [InlineData("ld.global.nc.L1::no_allocate.L2::256B.v4.f32")]
    [InlineData("mma.sync.aligned.m16n8k32.row.col.s32.u8.s8.s32.satfinite")]
    [InlineData("mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64")]
    [InlineData("atom.relaxed.cluster.shared::cluster.add.u32")]
    [InlineData("red.relaxed.gpu.global.add.v4.f32")]
    public void TheSpellingIsLegal(string spelling) => Assert.DoesNotContain(Lint(spelling), finding => finding.Rule == Rule.Spelling);

    [Theory]
    [InlineData("wgmma.mma_async.sync.aligned.m64n264k16.f32.bf16.bf16", "'.m64n264k16'")]
    [InlineData("wgmma.mma_async.sync.aligned.m64n40k32.s32.s8.s8", "'.s32'")]
    [InlineData("atom.global.inc.f32", "'.f32' is not legal after 'atom.global.inc'; legal there: .u32")]
    [InlineData("atom.global.min.b32", "'.b32'")]
    [InlineData("setp.lt.b32", "'.b32'")]
    [InlineData("cp.async.bulk.tensor.6d.shared::cluster.global.mbarrier::complete_tx::bytes", "'.6d'")]
    [InlineData("cp.async.bulk.tensor.2d.shared::cluster.global.im2col.mbarrier::complete_tx::bytes", "'.im2col'")]
    [InlineData("ld.global.v8.b32", "'.v8'")]
    public void TheSpellingIsRefused(string spelling, string says) => Assert.Contains(Lint(spelling), finding => finding.Rule == Rule.Spelling && finding.Message.Contains(says, StringComparison.Ordinal));

    // A 32-bit register holds no generic address: without its state space the copy's arrival would go anywhere.
    [Theory]
    [InlineData("cp.async.mbarrier.arrive.noinc.shared::cta.b64", true)]
    [InlineData("cp.async.mbarrier.arrive.noinc.b64", false)]
    public void AnAddressIsAsWideAsItsStateSpace(string spelling, bool isRight) =>
        Assert.Equal(isRight, !Linter.Lint(Tree($"void f(u32 barrier) {{ asm volatile(\"{spelling} [%0];\" ::\"r\"(barrier) : \"memory\"); }}")).Any(finding => finding.Rule == Rule.Operand));

    private static IReadOnlyList<Finding> Lint(string spelling) => Linter.Lint(Tree($"void f() {{ asm volatile(\"{spelling};\" ::: \"memory\"); }}"));

    private static Dictionary<string, string> Tree(string text) => new() { ["common/planted.cuh"] = text };
}
