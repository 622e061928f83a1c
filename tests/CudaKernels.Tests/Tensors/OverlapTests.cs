namespace CudaKernels.Tests;

/// <summary>Which views of one tensor have elements in common.</summary>
public sealed class OverlapTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void ColumnsOfAMatrixAreApart()
    {
        using var matrix = _device.CreateTensor<float>([1, 2, 3, 4, 5, 6, 7, 8], [2, 4]);
        using var left = matrix.Slice(.., ..2);
        using var right = matrix.Slice(.., 2..);
        using var middle = matrix.Slice(.., 1..3);
        left.Negate(right);
        Assert.Equal([1f, 2, -1, -2, 5, 6, -5, -6], matrix.ToArray());
        Assert.Throws<ArgumentException>(() => left.Negate(middle));
        using var column = matrix.Slice(.., 3..);
        using var other = matrix.Slice(.., 1..2);
        Assert.False(Overlap(column, other));
        Assert.True(Overlap(matrix, column));
    }

    // Every pair of random views of a small block: views are never called apart that have an element in common.
    [Fact]
    public void ViewsThatShareAnElementOverlap()
    {
        var random = new Random(5);
        using var memory = _device.CreateZeros<byte>([4096]);
        var (apart, found) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            using var a = View(memory, random);
            using var b = View(memory, random);
            var shared = Elements(a).Overlaps(Elements(b));
            var overlaps = Overlap(a, b);
            Assert.True(overlaps || !shared, $"{a} {TensorLayout.Format(a.Strides)} at {a.Offset}, {b} {TensorLayout.Format(b.Strides)} at {b.Offset}");
            apart += shared ? 0 : 1;
            found += overlaps ? 0 : 1;
        }

        Assert.True(found > apart / 2, $"{found} of {apart}");
    }

    private static bool Overlap<T>(DeviceTensor<T> a, DeviceTensor<T> b) where T : unmanaged => ElementwiseOperand.Of(a).Overlaps(ElementwiseOperand.Of(b));

    private static DeviceTensor<byte> View(DeviceTensor<byte> memory, Random random)
    {
        nint[] lengths = [random.Next(1, 4), random.Next(1, 4), random.Next(1, 4)];
        nint[] strides = [random.Next(-2, 3) * 12, random.Next(-1, 4) * 4, random.Next(-2, 3)];
        return memory.View(2000 + random.Next(40), TensorLayout.Strided(lengths, strides));
    }

    private static HashSet<nint> Elements(DeviceTensor<byte> view)
    {
        var elements = new HashSet<nint>();
        for (nint i = 0; i < view.FlattenedLength; i++)
        {
            var (rest, at) = (i, view.Offset);
            for (var d = view.Rank - 1; d >= 0; d--)
            {
                at += rest % view.Lengths[d] * view.Strides[d];
                rest /= view.Lengths[d];
            }

            elements.Add(at);
        }

        return elements;
    }
}
