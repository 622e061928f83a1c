namespace CudaKernels.Tests;

/// <summary>How the attention's gradients on tensor cores round the weights of Half: with the whole range of its exponents, and none to infinity.</summary>
public sealed class FlashGradientWeightTests
{
    public static TheoryData<AttentionAlgorithm, int> Kernels => new MatrixTheoryData<AttentionAlgorithm, int>([AttentionAlgorithm.Flash, AttentionAlgorithm.Wgmma], [64, 128, 256]);

    // Of key i the weight is 2 to the power of -5 i, that of key 7 is 2^-35 and its product with 2^15 2^-20.
    [Theory]
    [MemberData(nameof(Kernels))]
    public void SmallWeightsReachTheValues(AttentionAlgorithm algorithm, int width)
    {
        using var emulated = WgmmaAttentionTests.Emulated([]);
        var (q, k, dy) = (new Half[width], new Half[8 * width], new Half[width]);
        q[0] = (Half)1;
        Array.Fill(dy, (Half)32768);
        for (var key = 0; key < 8; key++)
        {
            k[key * width] = (Half)(-5 * key);
        }

        var values = Gradient(emulated.Device, algorithm, q, k, dy, batch: 1, Math.Log(2));
        var sum = Enumerable.Range(0, 8).Sum(key => Math.ScaleB(1, -5 * key));
        for (var key = 0; key < 8; key++)
        {
            var expected = Math.ScaleB(32768, -5 * key) / sum;
            Assert.All(values[(key * width)..((key + 1) * width)], element => Assert.InRange((double)element, expected * 0.93, expected * 1.07));
        }

        Assert.Empty(emulated.Reports);
    }

    // A query with one key has the weight 1. Of scores of tens of millions float keeps no fractions: here the weight comes to more than 2, of
    // which f16 does not hold 2^15 times as much.
    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(256)]
    public void LargeScoresMakeNoInfinities(int width)
    {
        using var emulated = WgmmaAttentionTests.Emulated([]);
        (int Query, int Key)[] scores = [(11376, 2048), (11520, 2048), (11720, 2048), (8, 8)];
        var (q, k, dy) = (new Half[scores.Length * width], new Half[scores.Length * width], new Half[scores.Length * width]);
        Array.Fill(dy, (Half)1);
        for (var i = 0; i < scores.Length; i++)
        {
            (q[i * width], k[i * width]) = ((Half)scores[i].Query, (Half)scores[i].Key);
        }

        var values = Gradient(emulated.Device, AttentionAlgorithm.Flash, q, k, dy, scores.Length, scale: 1);
        Assert.All(values[..(3 * width)], element => Assert.InRange((double)element, 1.99, 2));
        Assert.All(values[(3 * width)..], element => Assert.InRange((double)element, 0.99, 1.01));
    }

    private static Half[] Gradient(CudaDevice device, AttentionAlgorithm algorithm, Half[] queries, Half[] keys, Half[] outputGradient, int batch, double scale)
    {
        var (width, options) = (queries.Length / batch, new AttentionOptions { Algorithm = algorithm, Scale = scale });
        using var q = device.CreateTensor(queries, [batch, 1, 1, width]);
        using var k = device.CreateTensor(keys, [batch, 1, keys.Length / queries.Length, width]);
        using var dy = device.CreateTensor(outputGradient, q.Lengths);
        using var y = device.CreateZeros<Half>(q.Lengths);
        using var logSumExp = device.CreateZeros<float>([batch, 1, 1]);
        using var dq = device.CreateZeros<Half>(q.Lengths);
        using var dk = device.CreateZeros<Half>(k.Lengths);
        using var dv = device.CreateZeros<Half>(k.Lengths);
        using var v = device.CreateZeros<Half>(k.Lengths);
        q.Attention(k, v, y, logSumExp, options);
        q.AttentionGradient(k, v, y, logSumExp, dy, dq, dk, dv, options);
        return dv.ToArray();
    }
}
