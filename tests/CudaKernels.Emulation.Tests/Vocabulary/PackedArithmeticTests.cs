using System.Numerics;

namespace CudaKernels.Tests.Vocabulary;

/// <summary>Pairs of f16 and bf16 against exact rational arithmetic, rounded once.</summary>
public sealed class PackedArithmeticTests : IDisposable
{
    private const int Count = 4096;
    private readonly VocabularyModule _module = new("arithmetic.cu");

    [Theory]
    [InlineData("on_f16x2", 10)]
    [InlineData("on_bf16x2", 7)]
    public void SumsProductsAndFusedOnesAreRoundedOnce(string kernel, int mantissaBits)
    {
        var format = new Format(mantissaBits);
        var random = new Random(7);
        var operands = Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, Count).Select(_ => format.RandomPair(random)).ToArray()).ToArray();
        var results = _module.Run(kernel, Count / 256, 256, 8 * Count, operands);
        for (var i = 0; i < Count; i++)
        {
            for (var shift = 0; shift <= 16; shift += 16)
            {
                var (a, b, c) = ((ushort)(operands[0][i] >> shift), (ushort)(operands[1][i] >> shift), (ushort)(operands[2][i] >> shift));
                var name = $"a = {a:x4}, b = {b:x4}, c = {c:x4}";
                Assert.Equal((name, format.Sum(a, 1, b)), (name, (ushort)(results[8 * i] >> shift)));
                Assert.Equal((name, format.Product(a, b)), (name, (ushort)(results[(8 * i) + 1] >> shift)));
                Assert.Equal((name, format.FusedSum(a, b, c)), (name, (ushort)(results[(8 * i) + 2] >> shift)));
                Assert.Equal((name, (ushort)(a ^ 0x8000)), (name, (ushort)(results[(8 * i) + 5] >> shift)));
            }
        }
    }

    // 1.5 * (1 + 2^-7) lies halfway between two bf16; what decides is far below the last bit of a double.
    [Theory]
    [InlineData(0x0380, 0x3FC2)]
    [InlineData(0x8380, 0x3FC1)]
    [InlineData(0x0000, 0x3FC2)]
    public void ATinySummandBreaksATieOfBf16(int c, int expected)
    {
        var results = _module.Run("on_bf16x2", 1, 1, 8, [Both(0x3FC0)], [Both(0x3F81)], [Both(c)]);
        Assert.Equal(Both(expected), results[2]);
    }

    [Theory]
    [InlineData("on_f16x2", 0x7C00, 0x3C00)]
    [InlineData("on_bf16x2", 0x7F80, 0x3F80)]
    public void MaxAndMinPassOverNaNAndKnowTheSignOfZero(string kernel, int infinity, int one)
    {
        uint[] a = [Both(0x7FFF), Both(one), Both(0x7FFF), Both(0x8000), Both(0), Both(infinity), Both(one | 0x8000)];
        uint[] b = [Both(one), Both(0xFFFF), Both(0xFFFF), Both(0), Both(0x8000), Both(one), Both(one)];
        var results = _module.Run(kernel, 1, a.Length, 8 * a.Length, a, b, a);
        Assert.Equal([Both(one), Both(one), Both(0x7FFF), Both(0), Both(0), Both(infinity), Both(one)], results.Chunk(8).Select(group => group[3]));
        Assert.Equal([Both(one), Both(one), Both(0x7FFF), Both(0x8000), Both(0x8000), Both(one), Both(one | 0x8000)], results.Chunk(8).Select(group => group[4]));
    }

    [Theory]
    [InlineData("on_f16x2", 0x7C00, 0x7BFF)]
    [InlineData("on_bf16x2", 0x7F80, 0x7F7F)]
    public void OverflowIsInfinityAndInvalidOperationsAreNaN(string kernel, int infinity, int largest)
    {
        uint[] a = [Both(largest), Both(infinity), Both(infinity)], b = [Both(largest), Both(infinity | 0x8000), Both(0)];
        var results = _module.Run(kernel, 1, 3, 24, a, b, a);
        Assert.Equal([Both(infinity), Both(0x7FFF)], results.Chunk(8).Take(2).Select(group => group[0]));
        Assert.Equal([Both(infinity), Both(infinity | 0x8000), Both(0x7FFF)], results.Chunk(8).Select(group => group[1]));
    }

    public void Dispose() => _module.Dispose();

    private static uint Both(int bits) => (uint)(bits | bits << 16);

    /// <summary>A 16-bit format with exact arithmetic: a number is an integer times 2^-300.</summary>
    private sealed class Format(int mantissaBits)
    {
        private const int Scale = 300;
        private readonly int _bias = mantissaBits == 10 ? 15 : 127;

        private int Infinity => 0x7FFF >> mantissaBits << mantissaBits;

        public uint RandomPair(Random random) => RandomFinite(random) | (uint)RandomFinite(random) << 16;

        // Exponents near 1, or anywhere: sums of like size, and of very unlike ones.
        private ushort RandomFinite(Random random)
        {
            var exponent = random.Next(2) == 0 ? _bias + random.Next(-4, 5) : random.Next(Infinity >> mantissaBits);
            return (ushort)(random.Next(2) << 15 | exponent << mantissaBits | random.Next(1 << mantissaBits));
        }

        /// <summary>The value times 2^Scale.</summary>
        private BigInteger Value(ushort bits)
        {
            var exponent = (bits & 0x7FFF) >> mantissaBits;
            BigInteger mantissa = bits & ((1 << mantissaBits) - 1);
            mantissa = exponent == 0 ? mantissa : mantissa + (1 << mantissaBits);
            var magnitude = mantissa << (Scale + Math.Max(exponent, 1) - _bias - mantissaBits);
            return bits >> 15 != 0 ? -magnitude : magnitude;
        }

        public ushort Sum(ushort a, int factor, ushort b) => Round((Value(a) * factor) + Value(b), Scale, (a & b & 0x8000) != 0);

        public ushort Product(ushort a, ushort b) => Round(Value(a) * Value(b), 2 * Scale, ((a ^ b) & 0x8000) != 0);

        public ushort FusedSum(ushort a, ushort b, ushort c) => Round((Value(a) * Value(b)) + (Value(c) << Scale), 2 * Scale, ((a ^ b) & c & 0x8000) != 0);

        private ushort Round(BigInteger value, int scale, bool isNegativeZero)
        {
            var sign = value.Sign < 0 || (value.IsZero && isNegativeZero) ? 0x8000 : 0;
            var magnitude = BigInteger.Abs(value);

            // In units of the last place of the number's own exponent, or of the smallest normal one.
            var exponent = magnitude.IsZero ? 1 : Math.Max((int)magnitude.GetBitLength() - 1 - scale + _bias, 1);
            var unit = BigInteger.One << (scale + exponent - _bias - mantissaBits);
            var whole = BigInteger.DivRem(magnitude, unit, out var rest);
            var twice = rest * 2;
            if (twice > unit || (twice == unit && !whole.IsEven))
            {
                whole++;
            }

            var code = ((exponent - 1) << mantissaBits) + (int)whole;
            return (ushort)(sign | Math.Min(code, Infinity));
        }
    }
}
