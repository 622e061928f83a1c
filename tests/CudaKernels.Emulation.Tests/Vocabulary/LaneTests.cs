using System.Numerics;

namespace CudaKernels.Tests.Vocabulary;

/// <summary>Reductions, matches and votes of lanes in one mask; elections.</summary>
public sealed class LaneTests : IDisposable
{
    private static readonly uint[] s_masks = [.. Enumerable.Range(0, 32).Select(lane => lane < 7 ? 0x7Fu : lane % 2 == 0 ? 0x55555500u : 0xAAAAAA80u)];
    private readonly VocabularyModule _module = new("lanes.cu");

    [Fact]
    public void ReductionsAreOverTheLanesOfTheMask()
    {
        var random = new Random(29);
        var values = Enumerable.Range(0, 32).Select(_ => (uint)random.NextInt64(0x1_0000_0000)).ToArray();
        var results = _module.Run("reduce", 1, 32, 9 * 32, values, s_masks).Chunk(9).ToArray();
        for (var lane = 0; lane < 32; lane++)
        {
            var all = Lanes(s_masks[lane]).Select(other => values[other]).ToArray();
            var sum = all.Aggregate((a, b) => a + b);
            uint[] expected =
            [
                sum, sum, all.Min(), (uint)all.Min(value => (int)value), all.Max(), (uint)all.Max(value => (int)value),
                all.Aggregate((a, b) => a & b), all.Aggregate((a, b) => a | b), all.Aggregate((a, b) => a ^ b),
            ];
            Assert.Equal(expected, results[lane]);
        }
    }

    [Fact]
    public void MatchesAndVotesAreOverTheLanesOfTheMask()
    {
        // The first group agrees, the even lanes have three values, of the odd ones none is 3.
        var values = Enumerable.Range(0, 32).Select(lane => lane < 7 ? 3u : lane % 2 == 0 ? (uint)(lane % 3) + 1 : (uint)lane).ToArray();
        var results = _module.Run("match", 1, 32, 5 * 32, values, s_masks).Chunk(5).ToArray();
        for (var lane = 0; lane < 32; lane++)
        {
            var mask = s_masks[lane];
            var any = Lanes(mask).Where(other => values[other] == values[lane]).Aggregate(0u, (same, other) => same | 1u << other);
            var all = any == mask ? mask : 0;
            var threes = Lanes(mask).Count(other => values[other] == 3);
            Assert.Equal([any, any, all, all, threes == 0 || threes == BitOperations.PopCount(mask) ? 1u : 0u], results[lane]);
        }
    }

    [Fact]
    public void LanesThatAgreeInABit()
    {
        uint[] values = [.. Enumerable.Range(0, 32).Select(lane => (uint)(lane / 3) | (lane % 5 == 0 ? 1u << 31 : 0))];
        var results = _module.Run("agree", 1, 32, 2 * 32, values).Chunk(2).ToArray();
        for (var lane = 0; lane < 32; lane++)
        {
            Assert.Equal([Like(lane, 0), Like(lane, 31)], results[lane]);
        }

        uint Like(int lane, int bit) => Enumerable.Range(0, 32).Where(other => (values[other] >> bit & 1) == (values[lane] >> bit & 1)).Aggregate(0u, (same, other) => same | 1u << other);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void OneLaneOfAMaskIsElectedAndAlwaysTheSame(int seed)
    {
        var elected = Elected(seed);
        Assert.Equal(elected, Elected(seed));
        foreach (var mask in s_masks.Distinct())
        {
            Assert.Equal(1, Lanes(mask).Count(lane => elected.Contains(lane)));
        }
    }

    [Fact]
    public void SeedsElectDifferentLanes()
    {
        Assert.Equal([0, 7, 8], Elected(0));
        Assert.True(Enumerable.Range(1, 8).Select(seed => string.Join(' ', Elected(seed))).Distinct().Count() > 4);
    }

    public void Dispose() => _module.Dispose();

    private static IEnumerable<int> Lanes(uint mask) => Enumerable.Range(0, 32).Where(lane => (mask >> lane & 1) != 0);

    private static List<int> Elected(int seed)
    {
        using var module = new VocabularyModule("lanes.cu", new EmulationOptions { Seed = seed });
        var results = module.Run("elect", 1, 32, 4 * 32, s_masks).Chunk(4).ToArray();
        Assert.All(results, (group, thread) => Assert.Equal([group[0], (uint)thread, 0u], group[1..]));
        return [.. Enumerable.Range(0, 32).Where(lane => results[lane][0] == 1)];
    }
}
