using System.Globalization;

namespace CudaKernels.Tests.Vocabulary;

/// <summary>The managed generator against everything that is published of Philox and cuRAND.</summary>
public sealed class PhiloxTests
{
    [Fact]
    public void RoundsGiveTheKnownAnswers()
    {
        Assert.Equal(6, PhiloxFacts.All.KnownAnswers.Vectors.Length);
        foreach (var answer in PhiloxFacts.All.KnownAnswers.Vectors)
        {
            var (block, key) = (PhiloxAnswer.Words(answer.Counter), PhiloxAnswer.Words(answer.Key));
            Philox.Block(block, key[0] | (ulong)key[1] << 32, answer.Rounds);
            Assert.Equal(PhiloxAnswer.Words(answer.Output), block);
        }
    }

    [Fact]
    public void PositionsAreThoseOfCurandInit()
    {
        Assert.Equal(17, PhiloxFacts.All.Curand.Sequences.Length);
        foreach (var sequence in PhiloxFacts.All.Curand.Sequences)
        {
            Assert.Equal(PhiloxAnswer.Words(sequence.Outputs), Enumerable.Range(0, 8).Select(i => sequence.Position.Output((ulong)i)));
            Assert.Equal(PhiloxAnswer.Words(sequence.Outputs)[5..], Enumerable.Range(0, 3).Select(i => sequence.Position.Advance(5).Output((ulong)i)));
        }
    }

    /// <summary>The vector loop makes eight blocks at once: lengths and starts around them, and around the carry of the block's number.</summary>
    [Fact]
    public void RunsOfOutputsAreTheOutputsOneByOne()
    {
        var random = new Random(5);
        foreach (var offset in new ulong[] { 0, 1, 3, (4ul << 32) - 18, ulong.MaxValue - 40 })
        {
            var position = new PhiloxState((ulong)random.NextInt64(), offset, (ulong)random.NextInt64());
            foreach (var length in new[] { 0, 1, 2, 5, 31, 32, 33, 64, 71, 100 })
            {
                foreach (var first in new ulong[] { 0, 1, 2, 3, 6 })
                {
                    var run = new uint[length];
                    Philox.Fill(position, first, run);
                    Assert.Equal(Enumerable.Range(0, length).Select(i => position.Output(first + (ulong)i)), run);
                }
            }
        }
    }

    [Fact]
    public void AnOffsetEndsAt64Bits()
    {
        var last = new PhiloxState(1, ulong.MaxValue - 1);
        Assert.Equal(ulong.MaxValue, last.Advance(1).Offset);
        Assert.Contains("18446744073709551614", Assert.Throws<OverflowException>(() => last.Advance(2)).Message, StringComparison.Ordinal);

        // The outputs go on past it: a subsequence has 2^66 of them.
        Assert.Equal(new PhiloxState(1, 2).Output(ulong.MaxValue - 3), last.Output(0));
        Assert.NotEqual(new PhiloxState(1).Output(0), last.Output(2));
    }

    [Fact]
    public void UniformNumbersAreThoseOfCurand()
    {
        using var device = new CpuDevice();
        using var y = device.CreateZeros<float>([8]);
        foreach (var sequence in PhiloxFacts.All.Curand.Sequences)
        {
            y.FillCurandUniform(sequence.Position);
            Assert.Equal(PhiloxAnswer.Words(sequence.Outputs).Select(word => ((float)word * 2.3283064e-10f) + (2.3283064e-10f / 2)), y.ToArray());
        }

        var bits = Array.ConvertAll(PhiloxFacts.All.Curand.UniformSamples, sample => (uint)VectorFile.Hex(sample.U32));
        Assert.Equal(16, bits.Length);
        var units = BoxMuller.Unit(System.Runtime.Intrinsics.Vector512.Create(bits));
        Assert.Equal(PhiloxFacts.All.Curand.UniformSamples.Select(sample => (uint)VectorFile.Hex(sample.F32)), Enumerable.Range(0, 16).Select(i => BitConverter.SingleToUInt32Bits(units[i])));
    }

    [Fact]
    public void UniformNumbersAreThoseThatGpusPrinted()
    {
        var published = PhiloxFacts.All.PublishedGpuOutput;
        using var device = new CpuDevice();
        using var y = device.CreateZeros<float>([1]);
        foreach (var (offset, printed) in new[] { (0ul, published.FirstCall), (4ul, published.SecondCall) })
        {
            Assert.Equal(printed, printed.Select((_, j) =>
            {
                y.FillCurandUniform(new PhiloxState(0, offset, (ulong)j));
                return y.ToArray()[0].ToString("F4", CultureInfo.InvariantCulture);
            }));
        }
    }

    /// <summary>torch.randn on a GPU after torch.manual_seed(0) uses curand_normal4: element j is the first number of subsequence j. Printed so in public notebooks.</summary>
    [Fact]
    public void NormalNumbersAreThoseThatGpusPrinted()
    {
        string[] printed = ["-0.9247", "-0.4253", "-2.6438", "0.1452", "-0.1209", "-0.5797", "-0.6229", "-0.3284", "-1.0745", "-0.3631", "-1.6711", "2.2655", "0.3117", "-0.1842", "1.2866", "1.1820"];
        using var device = new CpuDevice();
        using var y = device.CreateZeros<float>([2]);
        Assert.Equal(printed, printed.Select((_, j) =>
        {
            y.FillNormal(new PhiloxState(0, 0, (ulong)j));
            return y.ToArray()[0].ToString("F4", CultureInfo.InvariantCulture);
        }));
    }
}

/// <summary>The same facts through kernels.</summary>
public sealed class PhiloxKernelTests : IDisposable
{
    private readonly VocabularyModule _module = new("philox.cu", null, "rounds<7>", "rounds<10>", "sequence", "unit");

    public void Dispose() => _module.Dispose();

    [Theory]
    [InlineData(7)]
    [InlineData(10)]
    public void RoundsGiveTheKnownAnswers(int rounds)
    {
        var answers = PhiloxFacts.All.KnownAnswers.Vectors.Where(answer => answer.Rounds == rounds).ToArray();
        uint[] words = [.. answers.SelectMany(answer => PhiloxAnswer.Words([.. answer.Counter, .. answer.Key]))];
        Assert.Equal(answers.SelectMany(answer => PhiloxAnswer.Words(answer.Output)), _module.Run($"rounds<{rounds}>", 1, answers.Length, 4 * answers.Length, words));
    }

    [Fact]
    public void PositionsAreThoseOfCurandInit()
    {
        var sequences = PhiloxFacts.All.Curand.Sequences;
        uint[] words = [.. sequences.Select(sequence => sequence.Position).SelectMany(position => new[] { position.Seed, position.Offset, position.Subsequence }).SelectMany(word => new[] { (uint)word, (uint)(word >> 32) })];
        Assert.Equal(sequences.SelectMany(sequence => PhiloxAnswer.Words(sequence.Outputs)), _module.Run("sequence", 1, sequences.Length, 8 * sequences.Length, words));
    }

    [Fact]
    public void UniformNumbersAreThoseOfCurand()
    {
        var samples = PhiloxFacts.All.Curand.UniformSamples;
        uint[] words = [.. samples.Select(sample => (uint)VectorFile.Hex(sample.U32))];
        Assert.Equal(samples.Select(sample => (uint)VectorFile.Hex(sample.F32)), _module.Run("unit", 1, samples.Length, samples.Length, words));
    }
}
