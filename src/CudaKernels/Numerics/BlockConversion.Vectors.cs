using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

// The conversions of one vector, for loops that compute on what they load.
internal static partial class BlockConversion
{
    /// <summary>32 BFloat16 codes as floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Low, Vector512<float> High) WidenBFloat16(Vector512<ushort> codes)
    {
        var (low, high) = Vector512.Widen(codes);
        return ((low << 16).AsSingle(), (high << 16).AsSingle());
    }

    /// <summary>32 floats rounded to BFloat16 codes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ushort> NarrowToBFloat16(Vector512<float> low, Vector512<float> high) =>
        Vector512.Narrow(RoundToBFloat16(low), RoundToBFloat16(high));

    /// <summary>32 Half codes as floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> Low, Vector512<float> High) WidenHalf(Vector512<ushort> codes)
    {
        var (low, high) = Vector512.Widen(codes);
        return (HalfToSingle(low), HalfToSingle(high));
    }

    /// <summary>32 floats rounded to Half codes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ushort> NarrowToHalf(Vector512<float> low, Vector512<float> high) =>
        Vector512.Narrow(RoundToHalf(low), RoundToHalf(high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> RoundToBFloat16(Vector512<float> value)
    {
        var bits = value.AsUInt32();
        var odd = (bits >>> 16) & Vector512.Create(1u);
        var rounded = (bits + Vector512.Create(0x7FFFu) + odd) >>> 16;
        return Vector512.ConditionalSelect(Vector512.IsNaN(value).AsUInt32(), Vector512.Create(0x7FFFu), rounded);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> HalfToSingle(Vector512<uint> code)
    {
        const uint ExponentShift = (127 - 15) << 23;
        var magnitude = (code & Vector512.Create(0x7FFFu)) << 13;
        var sign = (code & Vector512.Create(0x8000u)) << 16;
        var normal = magnitude + Vector512.Create(ExponentShift);
        // Exponent 31 is infinity or NaN: moved up by the same distance again it becomes 255.
        var special = Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(31u << 23)) & Vector512.Create(ExponentShift);
        // A subnormal fraction set under the exponent of 2^-14 counts as 2^-14 more than it is worth; the difference of the
        // two normal floats is exact, and never multiplies a subnormal, which would be slow.
        var smallest = Vector512.Create(ExponentShift + (1u << 23));
        var subnormal = ((magnitude + smallest).AsSingle() - smallest.AsSingle()).AsUInt32();
        var isSubnormal = Vector512.LessThan(magnitude, Vector512.Create(1u << 23));
        return (Vector512.ConditionalSelect(isSubnormal, subnormal, normal + special) | sign).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> RoundToHalf(Vector512<float> value)
    {
        var bits = value.AsUInt32();
        var magnitude = bits & Vector512.Create(0x7FFFFFFFu);
        var sign = (bits >>> 16) & Vector512.Create(0x8000u);
        // Nearest even by integer addition, the exponent rebased by 15 - 127 in the same sum; carries past 65504 give 0x7C00.
        var odd = (magnitude >>> 13) & Vector512.Create(1u);
        var normal = (magnitude + Vector512.Create(unchecked(((uint)(15 - 127) << 23) + 0xFFFu)) + odd) >>> 13;
        // Below 2^-14 the addition of 0.5, whose last bit is worth 2^-24, makes the float adder do the rounding.
        var subnormal = (magnitude.AsSingle() + Vector512.Create(0.5f)).AsUInt32() - Vector512.Create(0.5f).AsUInt32();
        var half = Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(113u << 23)), subnormal, normal);
        half = Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(143u << 23)), Vector512.Create(0x7C00u), half);
        var quiet = ((magnitude >>> 13) & Vector512.Create(0x3FFu)) | Vector512.Create(0x7E00u);
        return Vector512.ConditionalSelect(Vector512.GreaterThan(magnitude, Vector512.Create(0x7F800000u)), quiet, half) | sign;
    }
}
