using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>bfloat16 in memory, summed in float.</summary>
internal readonly struct BFloat16Element : IElementConversion<BFloat16, float>
{
    public static bool IsIdentity => false;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Widen(ReadOnlySpan<BFloat16> source, Span<float> destination)
    {
        ref ushort from = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<BFloat16, ushort>(source));
        ref uint to = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<float, uint>(destination[..source.Length]));
        int i = 0;
        for (; i + Vector256<ushort>.Count <= source.Length; i += Vector256<ushort>.Count)
        {
            var bits = Vector256.LoadUnsafe(ref from, (nuint)i);
            (Vector256.WidenLower(bits) << 16).StoreUnsafe(ref to, (nuint)i);
            (Vector256.WidenUpper(bits) << 16).StoreUnsafe(ref to, (nuint)(i + Vector256<uint>.Count));
        }
        for (; i < source.Length; i++)
            destination[i] = (float)source[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Narrow(ReadOnlySpan<float> source, Span<BFloat16> destination)
    {
        ref float from = ref MemoryMarshal.GetReference(source);
        ref ushort to = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<BFloat16, ushort>(destination[..source.Length]));
        int i = 0;
        for (; i + Vector256<ushort>.Count <= source.Length; i += Vector256<ushort>.Count)
        {
            var lower = Round(Vector256.LoadUnsafe(ref from, (nuint)i));
            var upper = Round(Vector256.LoadUnsafe(ref from, (nuint)(i + Vector256<float>.Count)));
            Vector256.Narrow(lower, upper).StoreUnsafe(ref to, (nuint)i);
        }
        for (; i < source.Length; i++)
            destination[i] = (BFloat16)source[i];
    }

    /// <summary>The upper 16 bits, rounded to nearest even; every NaN becomes the one that BFloat16 gives.</summary>
    private static Vector256<uint> Round(Vector256<float> value)
    {
        var bits = value.AsUInt32();
        var upper = bits >> 16;
        var rounded = (bits + Vector256.Create(0x7FFFu) + (upper & Vector256<uint>.One)) >> 16;
        return Vector256.ConditionalSelect(Vector256.Equals(value, value).AsUInt32(), rounded, Vector256.Create((uint)BFloat16.ToBits(BFloat16.NaN)));
    }
}
