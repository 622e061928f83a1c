using System.Numerics;

namespace CudaKernels.Tests.Operations;

/// <summary>The operators of tensors, and the integer results that the catalog's random inputs do not reach.</summary>
public sealed class ArithmeticOperatorTests : IDisposable
{
    private readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void TheLowestInt8WrapsAround() => LowestWrapsAround<sbyte>();

    [Fact]
    public void TheLowestInt32WrapsAround() => LowestWrapsAround<int>();

    [Fact]
    public void TheLowestInt64WrapsAround() => LowestWrapsAround<long>();

    [Fact]
    public void UnsignedDivisionTakes255AsANumber()
    {
        using var x = _device.CreateTensor<byte>([255, 254, 7], [3]);
        using var y = x / (byte)255;
        Assert.Equal([1, 0, 0], y.ToArray());
    }

    [Fact]
    public void IntegersOverZeroAreZero()
    {
        using var x = _device.CreateTensor<int>([5, -5, 0], [3]);
        using var zero = _device.CreateTensor<int>([0, 0, 0], [3]);
        using var byTensor = x / zero;
        using var byScalar = x / 0;
        Assert.Equal([0, 0, 0], byTensor.ToArray());
        Assert.Equal([0, 0, 0], byScalar.ToArray());
    }

    [Fact]
    public void RemaindersHaveTheSignOfTheDividend()
    {
        using var x = _device.CreateTensor<int>([7, -7, 7, -7, 5, int.MinValue], [6]);
        using var y = _device.CreateTensor<int>([3, 3, -3, -3, 0, -1], [6]);
        using var remainders = x % y;
        using var byScalar = x % 4;
        using var ofScalar = 9 % y;
        Assert.Equal([1, -1, 1, -1, 5, 0], remainders.ToArray());
        Assert.Equal([3, -3, 3, -3, 1, 0], byScalar.ToArray());
        Assert.Equal([0, 0, 0, 0, 9, 0], ofScalar.ToArray());
    }

    [Fact]
    public void BitOperatorsTakeTensorsAndScalars()
    {
        using var x = _device.CreateTensor<sbyte>([12, -1, -128], [3]);
        using var y = _device.CreateTensor<sbyte>([10, 3, 9], [3]);
        using var and = x & y;
        using var or = x | (sbyte)1;
        using var xor = (sbyte)-1 ^ x;
        using var not = ~x;
        using var left = x << 1;
        using var right = x >> y;
        using var out0 = x >> -1;
        Assert.Equal([8, 3, 0], and.ToArray());
        Assert.Equal([13, -1, -127], or.ToArray());
        Assert.Equal([-13, 0, 127], xor.ToArray());
        Assert.Equal([-13, 0, 127], not.ToArray());
        Assert.Equal([24, -2, 0], left.ToArray());
        Assert.Equal([0, -1, -1], right.ToArray());
        Assert.Equal([0, -1, -1], out0.ToArray());
        var same = x;
        same &= (sbyte)15;
        same |= y;
        same ^= (sbyte)1;
        same <<= 2;
        same >>= 1;
        same %= (sbyte)16;
        Assert.Same(x, same);
        Assert.Equal([14, 12, 0], x.ToArray());
    }

    [Fact]
    public void OperatorsKeepTheOrderOfTheirOperands()
    {
        using var x = _device.CreateTensor<float>([1, 2, 4], [3]);
        using var y = _device.CreateTensor<float>([8, 8, 8], [3]);
        using var tensors = x - y;
        using var scalarRight = x - 1f;
        using var scalarLeft = 1f - x;
        using var quotient = y / x;
        using var reciprocal = 4f / x;
        using var product = 3f * x;
        using var negative = -x;
        Assert.Equal([-7f, -6f, -4f], tensors.ToArray());
        Assert.Equal([0f, 1f, 3f], scalarRight.ToArray());
        Assert.Equal([0f, -1f, -3f], scalarLeft.ToArray());
        Assert.Equal([8f, 4f, 2f], quotient.ToArray());
        Assert.Equal([4f, 2f, 1f], reciprocal.ToArray());
        Assert.Equal([3f, 6f, 12f], product.ToArray());
        Assert.Equal([-1f, -2f, -4f], negative.ToArray());
    }

    [Fact]
    public void CompoundOperatorsWorkInPlace()
    {
        using var y = _device.CreateTensor<float>([8, 8, 8], [3]);
        using var x = _device.CreateTensor<float>([1, 2, 4], [3]);
        var same = y;
        same -= x;
        same *= 2f;
        same /= x;
        same *= x;
        same -= 1f;
        same /= 2f;
        Assert.Same(y, same);
        Assert.Equal([6.5f, 5.5f, 3.5f], y.ToArray());
    }

    [Fact]
    public void MaskOperatorsCombineMasks()
    {
        using var a = _device.CreateTensor<bool>([false, false, true, true], [4]);
        using var b = _device.CreateTensor<bool>([false, true, false, true], [4]);
        using var and = a & b;
        using var or = a | b;
        using var xor = a ^ b;
        using var not = !a;
        Assert.Equal([false, false, false, true], and.ToArray());
        Assert.Equal([false, true, true, true], or.ToArray());
        Assert.Equal([false, true, true, false], xor.ToArray());
        Assert.Equal([true, true, false, false], not.ToArray());
    }

    [Fact]
    public void AnUnknownGeluIsRefused()
    {
        using var x = _device.CreateTensor<float>([1, 2], [2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Gelu((GeluApproximation)7));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.GeluGradient(x, (GeluApproximation)7));
    }

    [Fact]
    public void TheDestinationFormsOfActivationsHaveTheSameDefaults()
    {
        using var x = _device.CreateTensor<float>([-2, -0.5f, 0, 3], [4]);
        using var dy = _device.CreateTensor<float>([1, 2, 3, 4], [4]);
        using var y = _device.CreateZeros<float>([4]);
        Same(x.Gelu(), y => x.Gelu(y));
        Same(x.GeluGradient(dy), y => x.GeluGradient(dy, y));
        Same(x.Elu(), y => x.Elu(y));
        Same(x.EluGradient(dy), y => x.EluGradient(dy, y));
        Same(x.LeakyRelu(), y => x.LeakyRelu(y));
        Same(x.LeakyReluGradient(dy), y => x.LeakyReluGradient(dy, y));
        Same(x.ReluGradient(dy), y => x.ReluGradient(dy, y));

        void Same(DeviceTensor<float> made, Action<DeviceTensor<float>> compute)
        {
            using (made)
            {
                y.Fill(float.NaN);
                compute(y);
                Assert.Equal(made.ToArray(), y.ToArray());
            }
        }
    }

    private void LowestWrapsAround<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        using var x = _device.CreateTensor<T>([T.MinValue], [1]);
        using var negative = -x;
        using var magnitude = x.Abs();
        using var quotient = x / -T.One;
        using var difference = x - T.One;
        using var product = x * -T.One;
        Assert.Equal([T.MinValue], negative.ToArray());
        Assert.Equal([T.MinValue], magnitude.ToArray());
        Assert.Equal([T.MinValue], quotient.ToArray());
        Assert.Equal([T.MaxValue], difference.ToArray());
        Assert.Equal([T.MinValue], product.ToArray());
    }
}
