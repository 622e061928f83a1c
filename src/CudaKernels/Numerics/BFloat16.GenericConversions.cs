using System.Numerics;

namespace CudaKernels;

// What generic code calls: T.CreateChecked, CreateSaturating and CreateTruncating from and to every number type.
public readonly partial struct BFloat16
{
    /// <summary>Converts and rounds once to nearest even; a value past the range becomes an infinity, as with <see cref="float"/>.</summary>
    /// <exception cref="NotSupportedException">Neither this type nor double converts from <typeparamref name="TOther"/>.</exception>
    public static BFloat16 CreateChecked<TOther>(TOther value) where TOther : INumberBase<TOther>
    {
        if (typeof(TOther) == typeof(BFloat16)) return (BFloat16)(object)value;
        if (!TryConvertWideInteger(value, out var result)) result = (BFloat16)double.CreateChecked(value);
        return result;
    }

    /// <summary>Converts and rounds once to nearest even; a value past the range becomes an infinity, as with <see cref="float"/>.</summary>
    /// <exception cref="NotSupportedException">Neither this type nor double converts from <typeparamref name="TOther"/>.</exception>
    public static BFloat16 CreateSaturating<TOther>(TOther value) where TOther : INumberBase<TOther>
    {
        if (typeof(TOther) == typeof(BFloat16)) return (BFloat16)(object)value;
        if (!TryConvertWideInteger(value, out var result)) result = (BFloat16)double.CreateSaturating(value);
        return result;
    }

    /// <summary>Converts and rounds once to nearest even; a value past the range becomes an infinity, as with <see cref="float"/>.</summary>
    /// <exception cref="NotSupportedException">Neither this type nor double converts from <typeparamref name="TOther"/>.</exception>
    public static BFloat16 CreateTruncating<TOther>(TOther value) where TOther : INumberBase<TOther>
    {
        if (typeof(TOther) == typeof(BFloat16)) return (BFloat16)(object)value;
        if (!TryConvertWideInteger(value, out var result)) result = (BFloat16)double.CreateTruncating(value);
        return result;
    }

    static bool INumberBase<BFloat16>.TryConvertFromChecked<TOther>(TOther value, out BFloat16 result)
    {
        result = CreateChecked(value);
        return true;
    }

    static bool INumberBase<BFloat16>.TryConvertFromSaturating<TOther>(TOther value, out BFloat16 result)
    {
        result = CreateSaturating(value);
        return true;
    }

    static bool INumberBase<BFloat16>.TryConvertFromTruncating<TOther>(TOther value, out BFloat16 result)
    {
        result = CreateTruncating(value);
        return true;
    }

    // A BFloat16 is a float: what float converts to, this does too, and a type that float cannot reach is refused with the
    // NotSupportedException that the caller would throw.
    static bool INumberBase<BFloat16>.TryConvertToChecked<TOther>(BFloat16 value, out TOther result)
    {
        result = TOther.CreateChecked(ToSingle(value));
        return true;
    }

    static bool INumberBase<BFloat16>.TryConvertToSaturating<TOther>(BFloat16 value, out TOther result)
    {
        result = TOther.CreateSaturating(ToSingle(value));
        return true;
    }

    static bool INumberBase<BFloat16>.TryConvertToTruncating<TOther>(BFloat16 value, out TOther result)
    {
        result = TOther.CreateTruncating(ToSingle(value));
        return true;
    }

    // Integers past 53 bits would be rounded twice on the way through double.
    private static bool TryConvertWideInteger<TOther>(TOther value, out BFloat16 result)
    {
        if (typeof(TOther) == typeof(float)) result = FromSingle((float)(object)value!);
        else if (typeof(TOther) == typeof(long)) result = (BFloat16)(long)(object)value!;
        else if (typeof(TOther) == typeof(ulong)) result = (BFloat16)(ulong)(object)value!;
        else if (typeof(TOther) == typeof(nint)) result = (BFloat16)(nint)(object)value!;
        else if (typeof(TOther) == typeof(nuint)) result = (BFloat16)(nuint)(object)value!;
        else if (typeof(TOther) == typeof(Int128)) result = (BFloat16)(Int128)(object)value!;
        else if (typeof(TOther) == typeof(UInt128)) result = (BFloat16)(UInt128)(object)value!;
        else
        {
            result = default;
            return false;
        }
        return true;
    }
}
