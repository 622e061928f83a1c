using System.Numerics;

namespace CudaKernels.Tests;

/// <summary>Generic math conversions between BFloat16 and each number type, both ways, judged by float's own.</summary>
public abstract class BFloat16ConversionTests<T> where T : INumber<T>, IMinMaxValue<T>
{
    private static readonly float[] Values =
        [0, -0f, 1, -1, 1.5f, -1.5f, 100, 127, 128, 255, 256, -128, -129, 32768, 65536, 1e9f, -3e9f, 1e19f, -1e19f, 1e38f, 6e-8f, 1e-40f,
         float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    [Fact]
    public void SaturatingAndTruncatingToTheTypeAreThoseOfFloat()
    {
        foreach (float value in Values)
        {
            var x = (BFloat16)value;
            if (typeof(T) != typeof(decimal) || float.IsFinite(value))
            {
                Assert.Equal(T.CreateSaturating((float)x), T.CreateSaturating(x));
                Assert.Equal(T.CreateTruncating((float)x), T.CreateTruncating(x));
            }
        }
    }

    [Fact]
    public void CheckedToTheTypeThrowsWhereFloatDoes()
    {
        foreach (float value in Values)
        {
            var x = (BFloat16)value;
            var expected = Record(() => T.CreateChecked((float)x));
            Assert.Equal(expected, Record(() => T.CreateChecked(x)));
        }
        static object Record(Func<T> convert)
        {
            try
            {
                return convert();
            }
            catch (OverflowException)
            {
                return nameof(OverflowException);
            }
        }
    }

    [Fact]
    public void FromTheTypeIsTheNearestNumber()
    {
        T[] values = [T.Zero, T.One, T.MaxValue, T.MinValue, T.MaxValue / (T.One + T.One), T.MinValue / (T.One + T.One), T.CreateChecked(100)];
        foreach (T value in values)
        {
            // Every value here is a power of two give or take one, or few-bit: one rounding from double is the nearest.
            var expected = (BFloat16)double.CreateChecked(value);
            Assert.Equal(expected, BFloat16.CreateChecked(value));
            Assert.Equal(expected, BFloat16.CreateSaturating(value));
            Assert.Equal(expected, BFloat16.CreateTruncating(value));
        }
    }
}

public class BFloat16ByteConversionTests : BFloat16ConversionTests<byte>;
public class BFloat16SByteConversionTests : BFloat16ConversionTests<sbyte>;
public class BFloat16Int16ConversionTests : BFloat16ConversionTests<short>;
public class BFloat16UInt16ConversionTests : BFloat16ConversionTests<ushort>;
public class BFloat16Int32ConversionTests : BFloat16ConversionTests<int>;
public class BFloat16UInt32ConversionTests : BFloat16ConversionTests<uint>;
public class BFloat16Int64ConversionTests : BFloat16ConversionTests<long>;
public class BFloat16UInt64ConversionTests : BFloat16ConversionTests<ulong>;
public class BFloat16IntPtrConversionTests : BFloat16ConversionTests<nint>;
public class BFloat16UIntPtrConversionTests : BFloat16ConversionTests<nuint>;
public class BFloat16Int128ConversionTests : BFloat16ConversionTests<Int128>;
public class BFloat16UInt128ConversionTests : BFloat16ConversionTests<UInt128>;
public class BFloat16HalfConversionTests : BFloat16ConversionTests<Half>;
public class BFloat16SingleConversionTests : BFloat16ConversionTests<float>;
public class BFloat16DoubleConversionTests : BFloat16ConversionTests<double>;
public class BFloat16DecimalConversionTests : BFloat16ConversionTests<decimal>;
