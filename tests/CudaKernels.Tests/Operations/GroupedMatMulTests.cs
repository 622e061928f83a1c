namespace CudaKernels.Tests.Operations;

/// <summary>Grouped products beside each of them alone, rows of no group, and what is refused.</summary>
public sealed class GroupedMatMulTests : IDisposable
{
    private const int N = 7, K = 5;

    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EachGroupIsAsAlone(bool transposeB)
    {
        int[] offsets = [2, 40, 40, 43, 44];
        using var a = Random([46, K], 1);
        using var b = Random(transposeB ? [4, N, K] : [4, K, N], 2);
        using var y = _device.CreateZeros<float>([46, N]);
        y.Fill(7);
        using var rowOffsets = _device.CreateTensor(offsets, [5]);
        a.GroupedMatMul(b, rowOffsets, y, transposeB);
        for (var group = 0; group < 4; group++)
        {
            var rows = offsets[group]..offsets[group + 1];
            using var left = a.Slice(rows, ..);
            using var right = b.Slice(group..(group + 1), .., ..);
            using var matrix = right.Reshape(b.Lengths[1..]);
            using var alone = left.MatMul(matrix, transposeB: transposeB);
            using var part = y.Slice(rows, ..);
            Assert.Equal(alone.ToArray(), part.ToArray());
        }

        var all = y.ToArray();
        Assert.All([.. all[..(2 * N)], .. all[(44 * N)..]], value => Assert.Equal(7, value));
    }

    [Fact]
    public void ATransposedViewIsBAsItIsStored()
    {
        using var a = Random([6, K], 1);
        using var b = Random([2, N, K], 2);
        using var view = b.TransposeView();
        using var columns = Random([K, 6], 1);
        using var turnedA = columns.TransposeView();
        using var rowOffsets = _device.CreateTensor([0, 4, 6], [3]);
        using var y = _device.CreateZeros<float>([6, N]);
        using var same = _device.CreateZeros<float>([6, N]);
        a.GroupedMatMul(b, rowOffsets, y, transposeB: true);
        a.GroupedMatMul(view, rowOffsets, same);
        Assert.Equal(y.ToArray(), same.ToArray());

        using var dense = turnedA.Clone();
        dense.GroupedMatMul(view, rowOffsets, y);
        turnedA.GroupedMatMul(view, rowOffsets, same);
        Assert.Equal(y.ToArray(), same.ToArray());
    }

    [Theory]
    [InlineData("row offset 0 is below the one before it, or outside [0, 6]", -1, 4, 6)]
    [InlineData("row offset 2 is below the one before it, or outside [0, 6]", 0, 4, 3)]
    [InlineData("row offset 2 is below the one before it, or outside [0, 6]", 0, 4, 7)]
    public void OffsetsThatNameNoRowsAreRefused(string message, params int[] offsets)
    {
        using var a = Random([6, K], 1);
        using var b = Random([2, K, N], 2);
        using var rowOffsets = _device.CreateTensor(offsets, [3]);
        using var y = _device.CreateZeros<float>([6, N]);
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => a.GroupedMatMul(b, rowOffsets, y));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.All(y.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void ShapesThatDoNotFitAreRefused()
    {
        using var a = Random([6, K], 1);
        using var b = Random([2, K, N], 2);
        using var rowOffsets = _device.CreateTensor([0, 4, 6], [3]);
        using var y = _device.CreateZeros<float>([6, N]);
        using var matrix = Random([K, N], 3);
        using var square = Random([2, K, K], 4);
        using var oneGroup = _device.CreateTensor([0, 4], [2]);
        using var columns = _device.CreateZeros<float>([N, 6]);
        using var turned = columns.TransposeView();
        Refuse("multiplies [rows, k] by [groups, k, n]", () => a.GroupedMatMul(matrix, rowOffsets, y));
        Refuse("the row offsets of 2 groups are [3]", () => a.GroupedMatMul(b, oneGroup, y));
        Refuse("A has 5 columns and op(B) 7 rows", () => a.GroupedMatMul(b, rowOffsets, y, transposeB: true));
        Refuse("overlaps an input", () => a.GroupedMatMul(square, rowOffsets, a));
        Refuse("must be runs of consecutive elements", () => a.GroupedMatMul(b, rowOffsets, turned));
        Assert.Throws<ArgumentNullException>(() => a.GroupedMatMul(b, null!, y));

        static void Refuse(string message, Action call) => Assert.Contains(message, Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal);
    }

    private DeviceTensor<float> Random(ReadOnlySpan<nint> lengths, int seed)
    {
        var random = new Random(seed);
        var count = 1;
        foreach (var length in lengths)
        {
            count *= (int)length;
        }

        return _device.CreateTensor([.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)], lengths);
    }
}
