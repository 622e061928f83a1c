using System.Runtime.CompilerServices;

namespace CudaKernels.Tests;

/// <summary>Casts by vectors have the bits of the casts of single elements, but for those of a NaN.</summary>
public sealed unsafe class VectorCastTests
{
    private static readonly double[] s_doubles =
        [0, -0.0, 1, -1.5, 0.1, 1e-46, 1e-45, 65504, 65519.99, 65520, 3.3895313892515355e38, 3.5e38, -1e300, 1e-300, 5.9604644775390625e-8, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1 + 1e-9, 16777217, 2049, 257.5, double.Epsilon];

    [Fact]
    public void EveryCodeOfNarrowTypes()
    {
        OfAll<Half>(Codes(65_536, code => BitConverter.UInt16BitsToHalf((ushort)code)));
        OfAll<BFloat16>(Codes(65_536, code => Unsafe.BitCast<ushort, BFloat16>((ushort)code)));
        OfAll<Float8E4M3>(Codes(256, code => Unsafe.BitCast<byte, Float8E4M3>((byte)code)));
        OfAll<Float8E5M2>(Codes(256, code => Unsafe.BitCast<byte, Float8E5M2>((byte)code)));
        OfAll<sbyte>(Codes(256, code => (sbyte)code));
        OfAll<byte>(Codes(256, code => (byte)code));
    }

    [Fact]
    public void NumbersThatRound()
    {
        OfAll<double>([.. Enumerable.Range(0, 1_000).Select(i => s_doubles[i % s_doubles.Length] * (i < 500 ? 1 : -1))]);
        OfAll<float>([.. Enumerable.Range(0, 1_000).Select(i => (float)s_doubles[i % s_doubles.Length] * (i < 500 ? 1 : -1))]);
        OfAll<int>([.. Enumerable.Range(0, 1_000).Select(i => (i % 7) switch { 0 => int.MaxValue - i, 1 => int.MinValue + i, 2 => 16_777_217 + i, 3 => 65_519 + i, _ => i - 500 })]);
        OfAll<bool>([.. Enumerable.Range(0, 1_000).Select(i => i % 3 == 0)]);
    }

    [Fact]
    public void TheTiesAndBoundsOf8BitFloats() =>
        OfAll<float>([.. Enumerable.Range(0, 1 << 16).Select(i => BitConverter.Int32BitsToSingle((i << 16) | (i % 3) switch { 0 => 0, 1 => 1, _ => 0xFFFF }))]);

    [Fact]
    public void WhatFloatCannotHoldDoesNotGoThroughIt()
    {
        Assert.False(VectorCast<long, float>.IsSupported);
        Assert.False(VectorCast<long, double>.IsSupported);
        Assert.False(VectorCast<int, double>.IsSupported);
        Assert.False(VectorCast<float, int>.IsSupported);
        Assert.False(VectorCast<long, Float8E4M3>.IsSupported);
    }

    private static T[] Codes<T>(int count, Func<int, T> of) => [.. Enumerable.Range(0, count).Select(of)];

    private static void OfAll<T>(T[] from) where T : unmanaged
    {
        Compare<T, float>(from);
        Compare<T, Half>(from);
        Compare<T, BFloat16>(from);
        Compare<T, double>(from);
        Compare<T, Float8E4M3>(from);
        Compare<T, Float8E5M2>(from);
    }

    // In pieces of lengths around those of vectors and of the block on the stack.
    private static void Compare<T, TTo>(T[] from) where T : unmanaged where TTo : unmanaged
    {
        if (!VectorCast<T, TTo>.IsSupported || typeof(T) == typeof(TTo))
        {
            return;
        }

        int[] lengths = [1, 15, 16, 17, 63, 64, 65, 129, 511, 512, 513, 1_100];
        var to = new TTo[lengths.Max() + 1];
        fixed (T* source = from)
        fixed (TTo* destination = to)
        {
            for (int start = 0, n = 0; start < from.Length; n++)
            {
                var length = Math.Min(lengths[n % lengths.Length], from.Length - start);
                to.AsSpan().Clear();
                VectorCast<T, TTo>.Run(source + start, destination, length);
                for (var i = 0; i < length; i++)
                {
                    var expected = ScalarCast<T, TTo>.Convert(from[start + i]);
                    var same = double.IsNaN(Value(expected)) ? double.IsNaN(Value(to[i])) : Same(expected, to[i]);
                    Assert.True(same, $"{typeof(T).Name} {from[start + i]} to {typeof(TTo).Name}: {to[i]}");
                }

                Assert.True(Same(default, to[length]));
                start += length;
            }
        }
    }

    private static double Value<T>(T x) where T : unmanaged => ScalarCast<T, double>.Convert(x);

    private static bool Same<T>(T a, T b) where T : unmanaged => new ReadOnlySpan<byte>(&a, sizeof(T)).SequenceEqual(new ReadOnlySpan<byte>(&b, sizeof(T)));
}
