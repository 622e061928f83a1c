using System.Numerics;
using System.Runtime.InteropServices;

namespace CudaKernels.Tests;

/// <summary>The random operations make the same bits by kernels as on the managed device: all but normal numbers of double, whose functions are the devices' own.</summary>
public sealed class RandomBitsTests
{
    /// <summary>Ragged, with every word of a block as the first, and past the carry of the block's number.</summary>
    private static readonly PhiloxState[] s_positions = [new(1), new(2, 1, 7), new(3, 2), new(ulong.MaxValue, (4ul << 32) - 5, ulong.MaxValue)];

    [Fact]
    public void FloatsAreTheSameBits() => Compare<float>(10_007);

    [Fact]
    public void HalvesAreTheSameBits() => Compare<Half>(10_007);

    [Fact]
    public void BrainFloatsAreTheSameBits() => Compare<BFloat16>(10_007);

    [Fact]
    public void DoublesAreTheSameBits() => Compare<double>(5_003);

    [Fact]
    public void MasksAndPermutationsAreTheSame()
    {
        foreach (var position in s_positions)
        {
            Same<bool>(3_001, y => y.FillBernoulli(position, 0.4));
            Same<int>(3_001, y => y.FillPermutation(position));
            Same<long>(3_001, y => y.FillPermutation(position));
        }
    }

    private static void Compare<T>(int count) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var position in s_positions)
        {
            Same<T>(count, y => y.FillUniform(position, -0.3, 0.7));
            Same<T>(count, y => y.FillBernoulli(position, 0.4));
            Same<T>(count, y =>
            {
                y.FillUniform(position);
                return y.Dropout(0.3, position, y);
            });
            if (typeof(T) != typeof(double))
            {
                Same<T>(count, y => y.FillNormal(position, 0.1, 3));
            }
        }
    }

    private static void Same<T>(int count, Func<DeviceTensor<T>, PhiloxState> fill) where T : unmanaged
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open();
        using var processor = new CpuDevice();
        using var a = emulated.Device.CreateZeros<T>([count]);
        using var b = processor.CreateZeros<T>([count]);
        Assert.Equal(fill(b), fill(a));
        Assert.Equal(MemoryMarshal.AsBytes<T>(b.ToArray()).ToArray(), MemoryMarshal.AsBytes<T>(a.ToArray()).ToArray());
    }
}
