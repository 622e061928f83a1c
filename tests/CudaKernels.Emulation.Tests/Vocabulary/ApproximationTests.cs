namespace CudaKernels.Tests.Vocabulary;

/// <summary>Approximations are the correctly rounded functions here; special values and flushed subnormal numbers are the instructions'.</summary>
public sealed class ApproximationTests : IDisposable
{
    private readonly VocabularyModule _module = new("arithmetic.cu");

    [Fact]
    public void FloatsAreTheFunctionsOfTheFramework()
    {
        var random = new Random(3);
        var inputs = Enumerable.Range(0, 1024).Select(_ => (random.NextSingle() - 0.3f) * MathF.Pow(2, random.Next(-20, 7))).ToArray();
        var results = OnFloats(inputs);
        for (var i = 0; i < inputs.Length; i++)
        {
            double x = inputs[i];
            Near(Math.Pow(2, x), results[i][0]);
            Near(Math.Log2(x), results[i][1]);
            Near(1 / x, results[i][2]);
            Near(1 / Math.Sqrt(x), results[i][3]);
            Near(Math.Tanh(x), results[i][4]);
        }
    }

    [Fact]
    public void SpecialValuesAreTheInstructions()
    {
        const float infinity = float.PositiveInfinity;
        float[] inputs = [-infinity, -0f, 0f, infinity, float.NaN, 1e-40f, -1e-40f, -127f, -1f];
        var results = OnFloats(inputs);
        Assert.Equal([0f, 1f, 1f, infinity, float.NaN, 1f, 1f, 0f, 0.5f], results.Select(group => group[0]));
        Assert.Equal([float.NaN, -infinity, -infinity, infinity, float.NaN, -infinity, -infinity, float.NaN, float.NaN], results.Select(group => group[1]));
        Assert.Equal([-0f, -infinity, infinity, 0f, float.NaN, infinity, -infinity, -1 / 127f, -1f], results.Select(group => group[2]));
        Assert.Equal([float.NaN, -infinity, infinity, 0f, float.NaN, infinity, -infinity, float.NaN, float.NaN], results.Select(group => group[3]));
        Assert.Equal([-1f, -0f, 0f, 1f, float.NaN, 1e-40f, -1e-40f, -1f, MathF.Tanh(-1)], results.Select(group => group[4]));
    }

    [Fact]
    public void EveryHalfIsRoundedOnce()
    {
        var pairs = Enumerable.Range(0, 32768).Select(i => (uint)(2 * i) | (uint)((2 * i) + 1) << 16).ToArray();
        var results = _module.Run("on_f16x2", 128, 256, 8 * 32768, pairs, pairs, pairs);
        for (var code = 0; code < 65536; code++)
        {
            double x = (double)BitConverter.UInt16BitsToHalf((ushort)code);
            Assert.Equal((Half)Math.Pow(2, x), Half(results[(8 * (code / 2)) + 6], code));
            Assert.Equal((Half)Math.Tanh(x), Half(results[(8 * (code / 2)) + 7], code));
        }

        static Half Half(uint pair, int code) => BitConverter.UInt16BitsToHalf((ushort)(pair >> (16 * (code % 2))));
    }

    [Fact]
    public void Bf16PowersOfTwoAreFlushed()
    {
        // 2^-126 is the smallest normal number, 2^-127 would be subnormal; a subnormal exponent is 0.
        uint[] a = [Pair(-126f, -127f), 0x8001_0001, Pair(3f, -2f)];
        var results = _module.Run("on_bf16x2", 1, 3, 24, a, a, a);
        Assert.Equal([0x0000_0080u, 0x3F80_3F80u, Pair(8f, 0.25f)], results.Chunk(8).Select(group => group[6]));
        Assert.Equal(0x8001_0001u, results[8 + 7]);

        static uint Pair(float x, float y) => BitConverter.SingleToUInt32Bits(x) >> 16 | (BitConverter.SingleToUInt32Bits(y) & 0xFFFF0000);
    }

    public void Dispose() => _module.Dispose();

    private float[][] OnFloats(float[] inputs) =>
        [.. _module.Run("on_f32", inputs.Length < 256 ? 1 : inputs.Length / 256, Math.Min(inputs.Length, 256), 5 * inputs.Length, inputs.Select(BitConverter.SingleToUInt32Bits).ToArray()).Select(BitConverter.UInt32BitsToSingle).Chunk(5)];

    // One unit in the last place, for the two libraries' own errors in double.
    private static void Near(double expected, float actual)
    {
        if (double.IsNaN(expected))
        {
            Assert.True(float.IsNaN(actual));
            return;
        }

        Assert.InRange(actual, MathF.BitDecrement((float)expected), MathF.BitIncrement((float)expected));
    }
}
