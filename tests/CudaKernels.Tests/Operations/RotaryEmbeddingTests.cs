namespace CudaKernels.Tests.Operations;

/// <summary>What rotary embedding is for, its gradient, layouts and positions, the tables, and what is refused.</summary>
public sealed class RotaryEmbeddingTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    // q·k of each pair of tokens, at their places and five places later.
    [Theory]
    [InlineData(false, 8)]
    [InlineData(true, 8)]
    [InlineData(false, 6)]
    [InlineData(true, 4)]
    public void ProductsDependOnTheDifferenceOfPositionsAlone(bool isInterleaved, int turned)
    {
        var random = new Random(turned);
        var (cosines, sines) = Tables(16, turned);
        using var first = cosines;
        using var second = sines;
        using var q = CentralDifferences.Random(_device, random, [2, 3, 4, 9]);
        using var k = CentralDifferences.Random(_device, random, [2, 3, 4, 9]);
        using var here = Products(0);
        using var later = Products(5);
        using var unturned = q.MatMul(k, transposeB: true);
        Assert.All(here.ToArray().Zip(later.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 12));
        var (turnedScores, plainScores) = (here.ToArray(), unturned.ToArray());
        for (var i = 0; i < plainScores.Length; i++)
        {
            // Tokens at the same position keep their product.
            Assert.Equal(i % 16 % 5 == 0, Math.Abs(turnedScores[i] - plainScores[i]) < 1e-12);
        }

        DeviceTensor<double> Products(long offset)
        {
            using var turnedQueries = q.RotaryEmbedding(cosines, sines, offset: offset, isInterleaved: isInterleaved);
            using var turnedKeys = k.RotaryEmbedding(cosines, sines, offset: offset, isInterleaved: isInterleaved);
            return turnedQueries.MatMul(turnedKeys, transposeB: true);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheGradientIsTheTransposeAndTurnsBack(bool isInterleaved)
    {
        var random = new Random(3);
        var (cosines, sines) = RotaryTables.Create<double>(_device, 8, RotaryTables.Frequencies(6), magnitude: 1.5);
        using var first = cosines;
        using var second = sines;
        using var x = CentralDifferences.Random(_device, random, [2, 2, 3, 7]);
        using var dy = CentralDifferences.Random(_device, random, x.Lengths);
        using var y = x.RotaryEmbedding(cosines, sines, offset: 2, isInterleaved: isInterleaved);
        using var dx = _device.CreateZeros<double>(x.Lengths);
        dy.RotaryEmbeddingGradient(cosines, sines, dx, offset: 2, isInterleaved: isInterleaved);
        CentralDifferences.Verify(x, dx.ToArray(), () =>
        {
            x.RotaryEmbedding(cosines, sines, y, offset: 2, isInterleaved: isInterleaved);
            return CentralDifferences.Dot(y, dy);
        });

        var (plainCosines, plainSines) = Tables(8, 6);
        using var third = plainCosines;
        using var fourth = plainSines;
        using var back = x.Clone();
        back.RotaryEmbedding(plainCosines, plainSines, back, offset: 2, isInterleaved: isInterleaved);
        back.RotaryEmbeddingGradient(plainCosines, plainSines, back, offset: 2, isInterleaved: isInterleaved);
        Assert.All(back.ToArray().Zip(x.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 14));
    }

    [Fact]
    public void PairsAreNeighboursOrHalvesApart()
    {
        using var x = _device.CreateTensor<float>([1, 2, 3, 4, 5], [1, 1, 1, 5]);
        using var cosines = _device.CreateTensor<float>([0, 2], [1, 2]);
        using var sines = _device.CreateTensor<float>([1, 0], [1, 2]);
        using var halves = x.RotaryEmbedding(cosines, sines);
        using var interleaved = x.RotaryEmbedding(cosines, sines, isInterleaved: true);
        Assert.Equal([-3, 4, 1, 8, 5], halves.ToArray());
        Assert.Equal([-2, 1, 6, 8, 5], interleaved.ToArray());
    }

    // The heads of queries and keys of one product's result, where they lie; packed sequences give the same rows in another order.
    [Fact]
    public void SlicesAndPackedSequencesLieAsTheyAre()
    {
        const int batch = 2, tokens = 3, heads = 2, width = 8;
        var random = new Random(5);
        var (cosines, sines) = Tables(tokens + 4, width);
        using var first = cosines;
        using var second = sines;
        using var product = CentralDifferences.Random(_device, random, [batch, tokens, 3 * heads, width]);
        using var turned = product.Clone();
        using var places = _device.CreateTensor<long>([4, 1, 6], [tokens]);
        using var whole = turned.Slice(.., .., ..(2 * heads), ..);
        using var inPlace = whole.PermuteDimensions(0, 2, 1, 3);
        inPlace.RotaryEmbedding(cosines, sines, inPlace, places);
        using var values = turned.Slice(.., .., (2 * heads).., ..);
        using var unchanged = product.Slice(.., .., (2 * heads).., ..);
        Assert.Equal(unchanged.ToArray(), values.ToArray());

        using var packed = product.Reshape(batch * tokens, 3 * heads, width);
        using var packedPlaces = _device.CreateTensor<long>([4, 1, 6, 4, 1, 6]);
        using var all = packed.RotaryEmbedding(cosines, sines, packedPlaces);
        using var ofQueriesAndKeys = all.Slice(.., ..(2 * heads), ..);
        Assert.Equal(ofQueriesAndKeys.ToArray(), whole.ToArray());
    }

    [Fact]
    public void DecodingIsTheLastRowOfTheWhole()
    {
        var (cosines, sines) = Tables(12, 8);
        using var first = cosines;
        using var second = sines;
        using var x = CentralDifferences.Random(_device, new Random(6), [2, 3, 5, 8]);
        using var whole = x.RotaryEmbedding(cosines, sines);
        using var last = x.Slice(.., .., 4.., ..);
        using var expected = whole.Slice(.., .., 4.., ..);
        using var byOffset = last.RotaryEmbedding(cosines, sines, offset: 4);
        using var position = _device.CreateTensor<long>([4, 4], [2, 1]);
        using var byPosition = last.RotaryEmbedding(cosines, sines, position);
        Assert.Equal(expected.ToArray(), byOffset.ToArray());
        Assert.Equal(expected.ToArray(), byPosition.ToArray());
    }

    [Fact]
    public void TablesAreThoseOfTheAngles()
    {
        Assert.Equal([1, 0.01], RotaryTables.Frequencies(4, 10_000).Select(value => Math.Round(value, 15)));
        var (cosines, sines) = RotaryTables.Create<float>(_device, 3, [0.5, 0.25], stretch: 2, magnitude: 3);
        using var first = cosines;
        using var second = sines;
        Assert.Equal([3, 3, (float)(3 * Math.Cos(0.25)), (float)(3 * Math.Cos(0.125)), (float)(3 * Math.Cos(0.5)), (float)(3 * Math.Cos(0.25))], cosines.ToArray());
        Assert.Equal([0, 0, (float)(3 * Math.Sin(0.25)), (float)(3 * Math.Sin(0.125)), (float)(3 * Math.Sin(0.5)), (float)(3 * Math.Sin(0.25))], sines.ToArray());
        Assert.Contains("5", Assert.Throws<ArgumentOutOfRangeException>(() => RotaryTables.Frequencies(5)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => RotaryTables.Frequencies(4, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => RotaryTables.Create<float>(_device, -1, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => RotaryTables.Create<float>(_device, 1, [1], stretch: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => RotaryTables.Create<float>(_device, 1, [1], magnitude: double.NaN));
    }

    [Fact]
    public void ThreadsDoNotChangeABit()
    {
        using var one = new CpuDevice(new CpuDeviceOptions { Threads = 1 });
        using var several = new CpuDevice(new CpuDeviceOptions { Threads = 3 });
        Assert.Equal(Turned(one), Turned(several));

        static double[] Turned(CpuDevice device)
        {
            var (cosines, sines) = RotaryTables.Create<double>(device, 40, RotaryTables.Frequencies(64));
            using var first = cosines;
            using var second = sines;
            using var x = CentralDifferences.Random(device, new Random(7), [2, 12, 40, 70]);
            using var y = x.RotaryEmbedding(cosines, sines);
            return y.ToArray();
        }
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        var (cosines, sines) = RotaryTables.Create<float>(_device, 4, RotaryTables.Frequencies(6));
        using var first = cosines;
        using var second = sines;
        var (wideCosines, wideSines) = Tables(4, 6);
        using var third = wideCosines;
        using var fourth = wideSines;
        using var x = _device.CreateZeros<float>([1, 2, 3, 8]);
        using var y = _device.CreateZeros<float>([1, 2, 3, 8]);
        using var narrow = _device.CreateZeros<float>([1, 2, 3, 5]);
        using var matrix = _device.CreateZeros<float>([3, 8]);
        using var places = _device.CreateTensor<long>([0, 3, 4]);
        using var tooMany = _device.CreateZeros<long>([4]);
        Refuses<ArgumentException>(() => matrix.RotaryEmbedding(cosines, sines), "[3, 8]");
        Refuses<ArgumentException>(() => narrow.RotaryEmbedding(cosines, sines), "2 pairs at most");
        Refuses<ArgumentException>(() => x.RotaryEmbedding(cosines, sines, offset: 2), "5 positions");
        Refuses<ArgumentException>(() => x.RotaryEmbedding(wideCosines, wideSines), "Double");
        Refuses<ArgumentException>(() => x.RotaryEmbedding(cosines, sines, tooMany), "[4]");
        Refuses<ArgumentException>(() => x.RotaryEmbedding(cosines, sines, narrow), "[1, 2, 3, 8]");
        Refuses<ArgumentOutOfRangeException>(() => x.RotaryEmbedding(cosines, sines, offset: -1), "-1");
        y.Fill(7);
        Refuses<ArgumentOutOfRangeException>(() => x.RotaryEmbedding(cosines, sines, y, places), "token 2 of batch 0");
        Assert.All(y.ToArray(), value => Assert.Equal(7, value));
        using var twice = _device.CreateZeros<float>([1, 2, 6, 8]);
        using var early = twice.Slice(.., .., ..3, ..);
        using var shifted = twice.Slice(.., .., 1..4, ..);
        Refuses<ArgumentException>(() => early.RotaryEmbedding(cosines, sines, shifted), "partly overlaps");

        static void Refuses<TException>(Action call, string part) where TException : Exception => Assert.Contains(part, Assert.Throws<TException>(call).Message, StringComparison.Ordinal);
    }

    private (DeviceTensor<double> Cosines, DeviceTensor<double> Sines) Tables(int positions, int turned) => RotaryTables.Create<double>(_device, positions, RotaryTables.Frequencies(turned, 50));
}
