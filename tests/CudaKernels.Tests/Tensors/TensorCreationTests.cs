using System.Numerics.Tensors;

namespace CudaKernels.Tests;

public sealed class TensorCreationTests
{
    [Fact]
    public void AListOfNumbersIsDataNotAShape()
    {
        using var device = new CpuDevice();
        using var tensor = device.CreateTensor<float>([1, 2, 3]);
        Assert.Equal([1f, 2f, 3f], tensor.ToArray());
        Assert.Equal([(nint)3], tensor.Lengths.ToArray());
    }

    [Fact]
    public void ZerosHaveTheShapeAskedFor()
    {
        using var device = new CpuDevice();
        using var tensor = device.CreateZeros<int>([2, 3]);
        Assert.Equal(new int[6], tensor.ToArray());
        Assert.Equal([(nint)2, 3], tensor.Lengths.ToArray());
    }

    [Theory]
    [InlineData(1L << 40, 1L << 40, 0)]
    [InlineData(1L << 40, 0, 1L << 40)]
    [InlineData(0, 1L << 40, 1L << 40)]
    public void AShapeWithAZeroIsEmptyWhateverTheOtherLengths(long first, long second, long third)
    {
        using var device = new CpuDevice();
        using var tensor = device.CreateZeros<float>([(nint)first, (nint)second, (nint)third]);
        using var turned = tensor.TransposeView();
        using var sum = tensor + tensor;
        Assert.Equal(0, tensor.FlattenedLength);
        Assert.Empty(tensor.ToArray());
        Assert.Empty(turned.ToArray());
        Assert.Empty(sum.ToArray());
        Assert.Throws<ArgumentException>(() => { device.CreateZeros<float>([(nint)1 << 40, (nint)1 << 40, 1]); });
    }

    [Fact]
    public unsafe void ACopyToAHostTensorOfMoreElementsThanASpanIsRefused()
    {
        using var device = new CpuDevice();
        var length = ((nint)1 << 32) + 5;
        using var one = device.CreateTensor<byte>([7], [1]);
        using var many = one.BroadcastTo(length);
        var destination = stackalloc byte[5]; // not written
        var failure = Assert.Throws<ArgumentException>(() => many.CopyTo(new TensorSpan<byte>(destination, length)));
        Assert.Contains("4294967301 elements, more than one copy to the host takes (2147483647)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AScopeOwnsWhatItsOperatorsMakeExceptWhatIsKept()
    {
        using var device = new CpuDevice();
        using var x = device.CreateTensor<float>([1, 2, 3]);
        DeviceTensor<float> intermediate, kept;
        using (var scope = device.BeginScope())
        {
            intermediate = x + x;
            kept = scope.Keep(intermediate * 2f);
        }

        Assert.True(intermediate.IsDisposed);
        Assert.Equal([4f, 8f, 12f], kept.ToArray());
        Assert.Throws<ObjectDisposedException>(() => intermediate.ToArray());
        kept.Dispose();
    }

    [Fact]
    public void ViewsShareTheMemoryAndKeepItAlive()
    {
        using var device = new CpuDevice();
        var whole = device.CreateTensor<float>([1, 2, 3, 4, 5, 6], [2, 3]);
        using var column = whole.Slice(.., 1..2);
        using var turned = whole.TransposeView();
        whole.Dispose();
        Assert.Equal([2f, 5f], column.ToArray());
        Assert.Equal([1f, 4f, 2f, 5f, 3f, 6f], turned.ToArray());
    }

    [Fact]
    public void WrongShapesAndPlacesAreRefusedWithTheNumbers()
    {
        using var device = new CpuDevice();
        using var other = new CpuDevice();
        using var x = device.CreateTensor<float>([1, 2, 3]);
        using var y = other.CreateTensor<float>([1, 2, 3]);
        using var longer = device.CreateZeros<float>([4]);
        Assert.Contains("[3]", Assert.Throws<ArgumentException>(() => x.Exp(longer)).Message);
        Assert.Throws<ArgumentException>(() => x.Add(y));
        Assert.Throws<ArgumentException>(() => device.CreateTensor<float>([1, 2, 3], [2, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Softmax(axis: 1));
        Assert.Throws<NotSupportedException>(() => device.CreateZeros<decimal>([1]));
        using var overlapping = longer.Slice(1..);
        using var shifted = longer.Slice(..^1);
        Assert.Throws<ArgumentException>(() => overlapping.Exp(shifted));
    }
}
