namespace CudaKernels.Tests;

public class BlockConversionTests
{
    public static TheoryData<int> Lengths => [0, 1, 15, 16, 17, 31, 32, 33, 63, 1000];

    [Fact]
    public void EveryHalfCodeWidensAsTheCast()
    {
        var source = Codes(BitConverter.UInt16BitsToHalf);
        var wide = new float[source.Length];
        BlockConversion.ToSingle(source, wide);
        for (int i = 0; i < wide.Length; i++)
        {
            if (Half.IsNaN(source[i])) Assert.True(float.IsNaN(wide[i]) && float.IsNegative(wide[i]) == Half.IsNegative(source[i]));
            else Assert.Equal(BitConverter.SingleToUInt32Bits((float)source[i]), BitConverter.SingleToUInt32Bits(wide[i]));
        }
    }

    [Fact]
    public void EveryBFloat16CodeWidensAsTheCast()
    {
        var source = Codes(BFloat16.FromBits);
        var wide = new float[source.Length];
        BlockConversion.ToSingle(source, wide);
        for (int i = 0; i < wide.Length; i++)
            Assert.Equal(BitConverter.SingleToUInt32Bits((float)source[i]), BitConverter.SingleToUInt32Bits(wide[i]));
    }

    [Fact]
    public void RandomFloatsNarrowAsTheCasts()
    {
        var random = new Random(5);
        for (int round = 0; round < 50; round++)
        {
            var source = new float[20_000];
            foreach (ref float value in source.AsSpan()) value = BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32));
            AssertNarrowsAsTheCasts(source);
        }
    }

    // Every point where a rounding decision changes: the codes themselves, the midpoints above them and both neighbours.
    [Fact]
    public void MidpointsNarrowAsTheCasts()
    {
        var source = new List<float>();
        for (int code = 0; code < 65536; code++)
        {
            foreach (uint bits in new uint[] { (uint)code << 16, BitConverter.SingleToUInt32Bits((float)BitConverter.UInt16BitsToHalf((ushort)code)) })
            {
                foreach (uint offset in new uint[] { 0, 0x0FFF, 0x1000, 0x1001, 0x7FFF, 0x8000, 0x8001 })
                    source.Add(BitConverter.UInt32BitsToSingle(unchecked(bits + offset)));
            }
        }
        // The subnormals of Half: midpoints of the grid of 2^-24.
        for (int i = 0; i <= 2048; i++)
        {
            float middle = MathF.ScaleB(i + 0.5f, -24);
            source.AddRange([middle, MathF.BitIncrement(middle), MathF.BitDecrement(middle), -middle]);
        }
        AssertNarrowsAsTheCasts([.. source]);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void EveryLengthIsCoveredAndNothingPastIt(int length)
    {
        var source = Enumerable.Range(0, length).Select(i => i * 0.75f - 3).ToArray();
        var half = new Half[length + 1];
        var brain = new BFloat16[length + 1];
        var wideHalf = new float[length + 1];
        var wideBrain = new float[length + 1];
        half[length] = Half.MaxValue;
        brain[length] = BFloat16.MaxValue;
        wideHalf[length] = wideBrain[length] = 99;
        BlockConversion.Narrow<Half>(source, half);
        BlockConversion.Narrow<BFloat16>(source, brain);
        BlockConversion.Widen<Half>(half.AsSpan(0, length), wideHalf);
        BlockConversion.Widen<BFloat16>(brain.AsSpan(0, length), wideBrain);
        for (int i = 0; i < length; i++)
        {
            Assert.Equal((Half)source[i], half[i]);
            Assert.Equal((BFloat16)source[i], brain[i]);
            Assert.Equal((float)half[i], wideHalf[i]);
            Assert.Equal((float)brain[i], wideBrain[i]);
        }
        Assert.Equal((Half.MaxValue, BFloat16.MaxValue, 99f, 99f), (half[length], brain[length], wideHalf[length], wideBrain[length]));
    }

    [Fact]
    public void AShortDestinationIsRefused()
    {
        Assert.Throws<ArgumentException>(() => BlockConversion.ToHalf(new float[3], new Half[2]));
        Assert.Throws<ArgumentException>(() => BlockConversion.ToSingle(new BFloat16[3], new float[2]));
        Assert.Throws<NotSupportedException>(() => BlockConversion.Widen(new int[1], new float[1]));
    }

    private static T[] Codes<T>(Func<ushort, T> fromBits) => [.. Enumerable.Range(0, 65536).Select(code => fromBits((ushort)code))];

    private static void AssertNarrowsAsTheCasts(float[] source)
    {
        var half = new Half[source.Length];
        var brain = new BFloat16[source.Length];
        BlockConversion.ToHalf(source, half);
        BlockConversion.ToBFloat16(source, brain);
        for (int i = 0; i < source.Length; i++)
        {
            if (BFloat16.ToBits((BFloat16)source[i]) != BFloat16.ToBits(brain[i])) Assert.Fail($"BFloat16 of {source[i]:G9} is {brain[i]}");
            if (BitConverter.HalfToUInt16Bits((Half)source[i]) != BitConverter.HalfToUInt16Bits(half[i]))
                Assert.Fail($"Half of {source[i]:G9} (0x{BitConverter.SingleToUInt32Bits(source[i]):X8}) is 0x{BitConverter.HalfToUInt16Bits(half[i]):X4}, the cast gives 0x{BitConverter.HalfToUInt16Bits((Half)source[i]):X4}");
        }
    }
}
