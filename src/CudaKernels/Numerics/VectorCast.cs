using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>
/// The casts to floating types that vectors do, by way of float, with the results of <see cref="ScalarCast{TFrom, TTo}"/>: from every type
/// but long to float and what is narrower, and from those that float holds exactly to double.
/// </summary>
internal static unsafe class VectorCast<TFrom, TTo> where TFrom : unmanaged where TTo : unmanaged
{
    // Elements that go by way of the stack.
    private const int Block = 512;

    private static readonly float[] s_valueOfCode = IsFloat8 ? [.. Enumerable.Range(0, 256).Select(code => ScalarCast<TFrom, float>.Convert(Unsafe.BitCast<byte, TFrom>((byte)code)))] : [];

    /// <summary>Whether vectors do this cast.</summary>
    public static bool IsSupported => IsNarrow || typeof(TTo) == typeof(float) ? typeof(TFrom) != typeof(long) : typeof(TTo) == typeof(double) && typeof(TFrom) != typeof(long) && typeof(TFrom) != typeof(int);

    private static bool IsFloat8 => typeof(TFrom) == typeof(Float8E4M3) || typeof(TFrom) == typeof(Float8E5M2);

    private static bool IsNarrow => typeof(TTo) == typeof(Half) || typeof(TTo) == typeof(BFloat16) || typeof(TTo) == typeof(Float8E4M3) || typeof(TTo) == typeof(Float8E5M2);

    /// <summary>Casts some elements; where <see cref="IsSupported"/>.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(TFrom* from, TTo* to, nint count)
    {
        var blockRoom = stackalloc float[Block + StackRoom.Spare<float>()];
        var block = StackRoom.Align(blockRoom);
        for (nint start = 0; start < count; start += Block)
        {
            var length = (int)Math.Min(Block, count - start);
            var wide = typeof(TFrom) == typeof(float) ? (float*)(from + start) : typeof(TTo) == typeof(float) ? (float*)(to + start) : block;
            if (typeof(TFrom) != typeof(float))
            {
                ToSingle(from + start, wide, length);
            }

            if (typeof(TTo) == typeof(double))
            {
                ToDouble(wide, (double*)(to + start), length);
            }
            else if (typeof(TTo) == typeof(Float8E4M3))
            {
                Float8Codec.Round(wide, 1, (byte*)(to + start), length, Float8E4M3.FractionBits, Float8E4M3.LargestBits, Float8Codec.NaNBits);
            }
            else if (typeof(TTo) == typeof(Float8E5M2))
            {
                Float8Codec.Round(wide, 1, (byte*)(to + start), length, Float8E5M2.FractionBits, Float8E5M2.LargestBits, Float8E5M2.InfinityBits);
            }
            else if (typeof(TTo) != typeof(float))
            {
                BlockConversion.Narrow(new ReadOnlySpan<float>(wide, length), new Span<TTo>(to + start, length));
            }
        }
    }

    private static void ToSingle(TFrom* from, float* to, int count)
    {
        if (typeof(TFrom) == typeof(Half) || typeof(TFrom) == typeof(BFloat16))
        {
            BlockConversion.Widen(new ReadOnlySpan<TFrom>(from, count), new Span<float>(to, count));
        }
        else if (IsFloat8)
        {
            OfCodes((byte*)from, to, count);
        }
        else
        {
            OfNumbers(from, to, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void OfCodes(byte* from, float* to, int count)
    {
        fixed (float* value = s_valueOfCode)
        {
            for (var i = 0; i < count; i++)
            {
                to[i] = value[from[i]];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void OfNumbers(TFrom* from, float* to, int count)
    {
        var i = 0;
        if (typeof(TFrom) == typeof(double))
        {
            for (; i <= count - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                Vector512.Narrow(Vector512.Load((double*)from + i), Vector512.Load((double*)from + i + Vector512<double>.Count)).Store(to + i);
            }
        }
        else if (typeof(TFrom) == typeof(int))
        {
            for (; i <= count - Vector512<int>.Count; i += Vector512<int>.Count)
            {
                Vector512.ConvertToSingle(Vector512.Load((int*)from + i)).Store(to + i);
            }
        }
        else if (typeof(TFrom) == typeof(sbyte))
        {
            for (; i <= count - Vector512<sbyte>.Count; i += Vector512<sbyte>.Count)
            {
                var (low, high) = Vector512.Widen(Vector512.Load((sbyte*)from + i));
                OfShorts(low, to + i);
                OfShorts(high, to + i + Vector512<short>.Count);
            }
        }
        else
        {
            for (; i <= count - Vector512<byte>.Count; i += Vector512<byte>.Count)
            {
                var (low, high) = Vector512.Widen(Vector512.Load((byte*)from + i));
                OfShorts(low.AsInt16(), to + i);
                OfShorts(high.AsInt16(), to + i + Vector512<short>.Count);
            }
        }

        for (; i < count; i++)
        {
            to[i] = ScalarCast<TFrom, float>.Convert(from[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OfShorts(Vector512<short> numbers, float* to)
    {
        var (low, high) = Vector512.Widen(numbers);
        Vector512.ConvertToSingle(low).Store(to);
        Vector512.ConvertToSingle(high).Store(to + Vector512<float>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ToDouble(float* from, double* to, int count)
    {
        var i = 0;
        for (; i <= count - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            var (low, high) = Vector512.Widen(Vector512.Load(from + i));
            low.Store(to + i);
            high.Store(to + i + Vector512<double>.Count);
        }

        for (; i < count; i++)
        {
            to[i] = from[i];
        }
    }
}
