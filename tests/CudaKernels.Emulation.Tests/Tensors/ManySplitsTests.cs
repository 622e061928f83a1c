namespace CudaKernels.Tests;

/// <summary>Reductions of so many elements that a block joins what the others leave (Reduction.cs).</summary>
public sealed class ManySplitsTests
{
    [Fact]
    public void ABlockJoinsThePartsOfAnOutput()
    {
        // Of 257 parts, one more than a block has threads.
        const int Count = 257 * 16 * 1024;
        var values = new float[Count];
        for (var i = 0; i < Count; i++)
        {
            values[i] = i * 7_919L % 5 - 1;
        }

        values[^1] = values[3 * 16 * 1024] = 9;
        using var device = EmulatedDevice.Open().Device;
        using var x = device.CreateTensor(values, [Count]);
        using var sum = x.Sum();
        using var best = x.ArgMax();
        // Whole numbers below 2^24: every order of adding them gives the same.
        Assert.Equal(values.Sum(value => (double)value), sum.ToArray()[0]);
        Assert.Equal(3 * 16 * 1024, best.ToArray()[0]);
    }
}
