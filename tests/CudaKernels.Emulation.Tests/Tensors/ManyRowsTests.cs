namespace CudaKernels.Tests;

/// <summary>Reductions of so many long rows that a warp takes each of them (Reduction.cs).</summary>
public sealed class ManyRowsTests
{
    [Fact]
    public void EachRowHasItsSumAndItsMaximum()
    {
        const int Rows = 2_050, Columns = 1_027;
        var values = new float[Rows * Columns];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (i * 7_919L % 2_003) - 1_000;
        }

        using var device = EmulatedDevice.Open().Device;
        using var x = device.CreateTensor(values, [Rows, Columns]);
        using var sums = x.Sum([1]);
        using var maxima = x.Max([1]);
        var (sum, maximum) = (sums.ToArray(), maxima.ToArray());
        for (var row = 0; row < Rows; row++)
        {
            var own = values.AsSpan(row * Columns, Columns);
            // Whole numbers below 2^24: every order of adding them gives the same.
            Assert.Equal(own.ToArray().Sum(value => (double)value), sum[row]);
            Assert.Equal(own.ToArray().Max(), maximum[row]);
        }
    }
}
