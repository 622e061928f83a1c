namespace CudaKernels.Tests.Operations;

/// <summary>Joining, splitting and framing tensors: small examples, and what is refused.</summary>
public sealed class MovementTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void PartsOfAConcatenationAreItsTensors()
    {
        using var a = _device.CreateTensor([1, 2, 3, 4], [2, 2]);
        using var b = _device.CreateTensor([5, 6], [2, 1]);
        using var both = DeviceTensor<int>.Concatenate(-1, a, b);
        Assert.Equal([1, 2, 5, 3, 4, 6], both.ToArray());
        var parts = both.Split(1, 2, 0, 1);
        Assert.Equal(a.ToArray(), parts[0].ToArray());
        Assert.True(parts[1].IsEmpty);
        Assert.Equal(b.ToArray(), parts[2].ToArray());
        parts[2].Fill(9);
        Assert.Equal([1, 2, 9, 3, 4, 9], both.ToArray());
        Array.ForEach(parts, part => part.Dispose());
    }

    [Fact]
    public void ABorderAndTheSliceWithin()
    {
        using var x = _device.CreateTensor<float>([1, 2], [1, 2]);
        using var y = x.Pad([(1, 0), (0, 2)], -1);
        Assert.Equal([-1, -1, -1, -1, 1, 2, -1, -1], y.ToArray());
        using var dx = _device.CreateZeros<float>([1, 2]);
        y.PadGradient([(1, 0), (0, 2)], dx);
        Assert.Equal([1, 2], dx.ToArray());
    }

    [Fact]
    public void FlipsReverseAndRollsTurn()
    {
        using var x = _device.CreateTensor([1, 2, 3, 4, 5, 6], [2, 3]);
        using var rows = x.Flip(0);
        using var columns = x.Flip(-1);
        using var all = x.Flip();
        Assert.Equal([4, 5, 6, 1, 2, 3], rows.ToArray());
        Assert.Equal([3, 2, 1, 6, 5, 4], columns.ToArray());
        Assert.Equal([6, 5, 4, 3, 2, 1], all.ToArray());
        using var on = x.Roll(1, 1);
        using var back = x.Roll(-7, -1);
        using var turn = x.Roll(nint.MinValue, 0);
        Assert.Equal([3, 1, 2, 6, 4, 5], on.ToArray());
        Assert.Equal([2, 3, 1, 5, 6, 4], back.ToArray());
        Assert.Equal(x.ToArray(), turn.ToArray());
        Assert.Throws<ArgumentException>(() => x.Flip([0], x));
        Assert.Throws<ArgumentException>(() => x.Flip(0, -2));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Flip(2));
        Assert.Throws<ArgumentException>(() => x.Roll(1, 0, x));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Roll(1, -3));
    }

    [Fact]
    public void TheGradientsOfFlipAndRoll()
    {
        var random = new Random(8);
        using var x = CentralDifferences.Random(_device, random, [2, 3, 4]);
        using var dy = CentralDifferences.Random(_device, random, x.Lengths);
        using var y = _device.CreateZeros<double>(x.Lengths);
        using var ofFlip = dy.Flip(0, 2);
        using var ofRoll = dy.Roll(-3, 2);
        CentralDifferences.Verify(x, ofFlip.ToArray(), () =>
        {
            x.Flip([0, 2], y);
            return CentralDifferences.Dot(y, dy);
        });
        CentralDifferences.Verify(x, ofRoll.ToArray(), () =>
        {
            x.Roll(3, 2, y);
            return CentralDifferences.Dot(y, dy);
        });
    }

    [Fact]
    public void TheGradientOfPad()
    {
        var random = new Random(7);
        (nint, nint)[] padding = [(1, 2), (0, 1), (2, 0)];
        using var x = CentralDifferences.Random(_device, random, [2, 3, 2]);
        using var y = x.Pad(padding);
        using var dy = CentralDifferences.Random(_device, random, y.Lengths);
        using var dx = _device.CreateZeros<double>(x.Lengths);
        dy.PadGradient(padding, dx);
        CentralDifferences.Verify(x, dx.ToArray(), () =>
        {
            x.Pad(padding, 0.5, y);
            return CentralDifferences.Dot(y, dy);
        });
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedWithItsNumbers()
    {
        using var a = _device.CreateZeros<float>([2, 3]);
        using var b = _device.CreateZeros<float>([3, 3]);
        using var c = _device.CreateZeros<float>([2, 6]);
        using var left = c.Slice(.., ..3);
        Assert.Contains("[3, 3]", Refused(() => DeviceTensor<float>.Concatenate(1, a, b)), StringComparison.Ordinal);
        Assert.Contains("[2, 6]", Refused(() => DeviceTensor<float>.Concatenate([a, b], 0, c)), StringComparison.Ordinal);
        Assert.Contains("overlap", Refused(() => DeviceTensor<float>.Concatenate([a, left], 1, c)), StringComparison.Ordinal);
        Assert.Contains("one tensor", Refused(() => DeviceTensor<float>.Concatenate(0)), StringComparison.Ordinal);
        Assert.Contains("[2, 3]", Refused(() => a.Split(1, 1, 1)), StringComparison.Ordinal);
        Assert.Contains("2 pairs", Refused(() => a.Pad([(1, 1)])), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => a.Pad([(1, 1), (-1, 0)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => a.Split(1, 4, -1));

        static string Refused(Action call) => Assert.Throws<ArgumentException>(call).Message;
    }
}
