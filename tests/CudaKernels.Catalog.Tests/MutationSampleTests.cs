using CudaKernels.Catalog;
using CudaKernels.Mutation;

namespace CudaKernels.Tests;

/// <summary>A fixed sample of what tests/CudaKernels.Mutation runs whole on request: broken kernels are found, sound ones are not reported.</summary>
public sealed class MutationSampleTests
{
    /// <summary>File, what stands in the line, and what is changed to what in it.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string>> Sample() =>
    [
        new("common/block_reduce.cuh", "__syncthreads();", "__syncwarp();"),
        new("common/block_reduce.cuh", "if (lane == 0) partial[warp] = value;", "if (true) partial[warp] = value;"),
        new("common/reduction.cuh", "__syncthreads();", ";"),
        new("common/reduction.cuh", "if (threadIdx.x < half) mine = R::combine(mine, part[at + half]);", "if (true) mine = R::combine(mine, part[at + half]);"),
        new("common/reduction.cuh", "if (threadIdx.x == 0 && output < outputs) y[output] = R::finish(mine, length);", "if (threadIdx.x == 0) y[output] = R::finish(mine, length);"),
        new("common/elementwise.cuh", "bool whole = first + N <= n && is_aligned<N>(y);", "bool whole = is_aligned<N>(y);"),
        new("common/elementwise.cuh", "bool whole = first + N <= n && is_aligned<N>(y);", "bool whole = first + N <= n;"),
        new("linear_algebra/transpose.cu", "__syncthreads();", ";"),
        new("common/tile_product.cuh", "if (piece_row + i < rows && piece_column + j < columns) store(piece_row + i, piece_column + j, sum[i][j]);", "if (piece_row + i < rows) store(piece_row + i, piece_column + j, sum[i][j]);"),
        new("common/parameter_step.cuh", "for (i64 i = whole + threadIdx.x; i < chunk.count; i += kStepBlock) {", "for (i64 i = whole + threadIdx.x; i <= chunk.count; i += kStepBlock) {"),
    ];

    [Theory]
    [MemberData(nameof(Sample))]
    public void AWeakenedKernelIsFound(string file, string before, string after)
    {
        Assert.SkipUnless(IsSupported(out var reason), reason);
        var mutants = MutationScore.Mutants(file).Where(mutant => mutant.Before == before && mutant.After == after).ToArray();
        Assert.NotEmpty(mutants);
        var outcome = Trial.Of(mutants[0], [1]);
        Assert.True(outcome.Compiles);
        Assert.NotNull(outcome.KilledBy);
    }

    [Fact]
    public void SoundKernelsAreSilentUnderRandomSchedules()
    {
        Assert.SkipUnless(IsSupported(out var reason), reason);
        Assert.Empty(ScheduleRun.Reports([.. OpCatalog.All.Where(operation => operation.Name is "add" or "sum" or "softmax" or "transpose" or "matmul" or "cross-entropy")], seeds: 8));
    }

    [Fact]
    public void EveryEquivalentMutantIsOneThatTheRulesMake()
    {
        var mutants = MutationScore.Mutants("").Select(mutant => (mutant.File, mutant.Before, mutant.After)).ToHashSet();
        Assert.All(Equivalents.All, known =>
        {
            Assert.Contains((known.File, known.Before, known.After), mutants);
            Assert.False(string.IsNullOrWhiteSpace(known.Argument));
        });
    }

    private static bool IsSupported(out string reason)
    {
        var found = EmulatedDevice.IsSupported(out reason);
        Assert.False(!found && Environment.GetEnvironmentVariable("CI") == "true", reason);
        return found;
    }
}
