using CudaKernels.Mutation;

namespace CudaKernels.Tests;

/// <summary>The PTX of the vocabulary changed, against the lint; and a fixed sample of its twins changed, against the vocabulary's tests.</summary>
public sealed class VocabularyMutationTests
{
    private const double Goal = 97;
    private static readonly Lazy<IReadOnlyList<PtxMutant>> s_mutants = new(() => PtxScore.Mutants(""));

    [Fact]
    public void TheLintFindsChangedAssembly()
    {
        var judgements = PtxScore.Judge(s_mutants.Value);
        var (killed, survived) = (judgements.Count(one => one.IsKilled), judgements.Count(one => one.Survived));
        Assert.InRange(100.0 * killed / (killed + survived), Goal, 100);
        Assert.All(Enum.GetValues<PtxChange>(), change => Assert.Contains(judgements, one => one.Mutant.Change == change && one.IsKilled));
    }

    [Theory]
    [InlineData("cp_async.cuh", "cp.async.commit_group", "cp.async.commit_groupx", "killed")]
    [InlineData("cp_async.cuh", "cp.async.cg.shared.global [%0], [%1], 16", "cp.async.cg.global.shared [%0], [%1], 16", "killed")]
    [InlineData("cp_async.cuh", "cp.async.cg.shared.global [%0], [%1], 16", "cp.async.cg.shared.global [%0], [%1]", "killed")]
    [InlineData("mbarrier.cuh", "%1 \"r\"(count)", "%1 \"l\"(count)", "killed")]
    [InlineData("mbarrier.cuh", "mbarrier.inval.shared.b64 [%0]", "mbarrier.inval.shared.b64 %0", "killed")]
    [InlineData("memory.cuh", "st.release.gpu.global.u32 [%0], %1", "st.relaxed.gpu.global.u32 [%0], %1", "GPU-only")]
    [InlineData("memory.cuh", "ld.acquire.gpu.global.u32 %0, [%1]", "ld.acquire.cta.global.u32 %0, [%1]", "GPU-only")]
    [InlineData("mbarrier.cuh", "selp.u32 %0, 1, 0, p", "selp.u32 %0, 2, 0, p", "GPU-only")]
    public void AChangeIsKilledOrLegal(string file, string before, string after, string word)
    {
        var mutants = s_mutants.Value.Where(mutant => mutant.File == "common/ptx/" + file && mutant.Before == before && mutant.After == after).ToArray();
        Assert.NotEmpty(mutants);
        Assert.All(mutants, mutant => Assert.Equal(word, PtxScore.Judge(mutant).Word));
    }

    /// <summary>File, what stands in the line, and what it is changed to.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string>> Sample() =>
    [
        new("device/ptx/lane.h", "return leader == ckrt::lane();", "return leader != ckrt::lane();"),
        new("device/ptx/movmatrix.h", "const int row = 2 * (lane % 4) + half, column = lane / 4;", "const int row = 2 * (lane % 8) + half, column = lane / 4;"),
        new("device/ptx/barrier.h", "__forceinline__ void barrier_arrive(unsigned number, unsigned threads, CK_LINE) { ckrt_named_barrier(number, threads, 0, line); }", "__forceinline__ void barrier_arrive(unsigned number, unsigned threads, CK_LINE) { ; }"),
        new("device/ptx/fence.h", "__forceinline__ void fence_acq_rel_gpu() { __threadfence(); }", "__forceinline__ void fence_acq_rel_gpu() { ; }"),
    ];

    [Theory]
    [MemberData(nameof(Sample))]
    public void AWeakenedTwinIsFound(string file, string before, string after)
    {
        Assert.SkipUnless(IsSupported(out var reason), reason);
        var mutants = TwinText.Mutants(file + ":").Where(mutant => mutant.Before == before && mutant.After == after).ToArray();
        Assert.NotEmpty(mutants);
        var outcome = TwinScore.Try(mutants[0]);
        Assert.True(outcome.Compiles);
        Assert.NotNull(outcome.KilledBy);
    }

    [Fact]
    public void EveryEquivalentTwinIsOneThatTheRulesMake()
    {
        var mutants = TwinText.Mutants("").Select(mutant => (mutant.File, mutant.Before, mutant.After)).ToHashSet();
        Assert.All(Equivalents.OfTwins, known =>
        {
            Assert.Contains((known.File, known.Before, known.After), mutants);
            Assert.False(string.IsNullOrWhiteSpace(known.Argument));
        });
    }

    private static bool IsSupported(out string reason)
    {
        var found = EmulatedDevice.IsSupported(out reason) && VocabularyTests.AreThere;
        reason = reason.Length > 0 ? reason : "the tests of the vocabulary were not built beside these";
        Assert.False(!found && Environment.GetEnvironmentVariable("CI") == "true", reason);
        return found;
    }
}
