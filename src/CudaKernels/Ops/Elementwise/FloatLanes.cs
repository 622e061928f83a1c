using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>
/// Elementwise loops over sixteen floats at a time. Half and BFloat16 are converted block by block in the first-level cache, so
/// that they compute in float and round once, as the kernels do.
/// </summary>
internal static unsafe class FloatLanes
{
    private const int Block = 1024;

    public interface IBody
    {
        Vector512<float> Invoke(Vector512<float> a, Vector512<float> b);
    }

    public static bool Serves<T>() => typeof(T) == typeof(float) || typeof(T) == typeof(Half) || typeof(T) == typeof(BFloat16);

    /// <summary>y[i] = body(a[i], b[i]); <paramref name="b"/> is null for a unary body. Exact aliasing of y with a or b is allowed.</summary>
    public static void Run<T, TBody>(TBody body, byte* y, byte* a, byte* b, nint count) where T : unmanaged where TBody : struct, IBody
    {
        if (typeof(T) == typeof(float))
        {
            RunFloats(body, (float*)y, (float*)a, (float*)b, count);
            return;
        }

        var left = stackalloc float[Block];
        var right = stackalloc float[b is null ? 1 : Block];
        for (nint start = 0; start < count; start += Block)
        {
            var length = (int)Math.Min(Block, count - start);
            BlockConversion.Widen(new ReadOnlySpan<T>((T*)a + start, length), new Span<float>(left, length));
            if (b is not null)
            {
                BlockConversion.Widen(new ReadOnlySpan<T>((T*)b + start, length), new Span<float>(right, length));
            }

            RunFloats(body, left, left, b is null ? null : right, length);
            BlockConversion.Narrow(new ReadOnlySpan<float>(left, length), new Span<T>((T*)y + start, length));
        }
    }

    private static void RunFloats<TBody>(TBody body, float* y, float* a, float* b, nint count) where TBody : struct, IBody
    {
        var whole = count & -16;
        if (b is null)
        {
            RunVectors(body, y, a, whole);
        }
        else
        {
            RunVectors(body, y, a, b, whole);
        }

        if (whole < count)
        {
            RunTail(body, y + whole, a + whole, b is null ? null : b + whole, (int)(count - whole));
        }
    }

    // Both loops are compiled in full at once: a first call over a large tensor would otherwise spend seconds in unoptimised vector code.
    // Each is a method of its own, so that all of a long body fits into what the JIT agrees to inline.

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void RunVectors<TBody>(TBody body, float* y, float* a, nint count) where TBody : struct, IBody
    {
        for (nint i = 0; i < count; i += 16)
        {
            body.Invoke(Vector512.Load(a + i), default).Store(y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void RunVectors<TBody>(TBody body, float* y, float* a, float* b, nint count) where TBody : struct, IBody
    {
        for (nint i = 0; i < count; i += 16)
        {
            body.Invoke(Vector512.Load(a + i), Vector512.Load(b + i)).Store(y + i);
        }
    }

    /// <summary>The last elements go through a padded vector, so that every element is computed by the same code.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunTail<TBody>(TBody body, float* y, float* a, float* b, int count) where TBody : struct, IBody
    {
        Vector512<float> left = Vector512<float>.One, right = Vector512<float>.One, result;
        new ReadOnlySpan<float>(a, count).CopyTo(new Span<float>(&left, 16));
        if (b is not null)
        {
            new ReadOnlySpan<float>(b, count).CopyTo(new Span<float>(&right, 16));
        }

        result = body.Invoke(left, right);
        new ReadOnlySpan<float>(&result, count).CopyTo(new Span<float>(y, count));
    }
}
