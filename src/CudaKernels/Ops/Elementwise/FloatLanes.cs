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

    /// <summary>
    /// y[i] = body(a[i], b[i]); <paramref name="b"/> is null for a unary body. Exact aliasing of y with a or b is allowed. Floats leave past
    /// the caches where <paramref name="isStreamed"/> says so.
    /// </summary>
    public static void Run<T, TBody>(TBody body, byte* y, byte* a, byte* b, nint count, bool isStreamed) where T : unmanaged where TBody : struct, IBody
    {
        if (typeof(T) == typeof(float))
        {
            if (isStreamed)
            {
                RunStreamed(body, (float*)y, (float*)a, (float*)b, count);
            }
            else
            {
                RunFloats<TBody, CachedStore>(body, (float*)y, (float*)a, (float*)b, count);
            }

            return;
        }

        var leftRoom = stackalloc float[Block + StackRoom.Spare<float>()];
        var left = StackRoom.Align(leftRoom);
        var rightRoom = stackalloc float[b is null ? 1 : Block + StackRoom.Spare<float>()];
        var right = StackRoom.Align(rightRoom);
        for (nint start = 0; start < count; start += Block)
        {
            var length = (int)Math.Min(Block, count - start);
            BlockConversion.Widen(new ReadOnlySpan<T>((T*)a + start, length), new Span<float>(left, length));
            if (b is not null)
            {
                BlockConversion.Widen(new ReadOnlySpan<T>((T*)b + start, length), new Span<float>(right, length));
            }

            RunFloats<TBody, CachedStore>(body, left, left, b is null ? null : right, length);
            BlockConversion.Narrow(new ReadOnlySpan<float>(left, length), new Span<T>((T*)y + start, length));
        }
    }

    // Stores past the caches take whole lines, so what is before the first one goes the other way.
    private static void RunStreamed<TBody>(TBody body, float* y, float* a, float* b, nint count) where TBody : struct, IBody
    {
        var head = Math.Min((-(nint)y & (StreamedStore.Alignment - 1)) / sizeof(float), count);
        if (head > 0)
        {
            RunTail(body, y, a, b, (int)head);
        }

        RunFloats<TBody, StreamedStore>(body, y + head, a + head, b is null ? null : b + head, count - head);
    }

    private static void RunFloats<TBody, TStore>(TBody body, float* y, float* a, float* b, nint count) where TBody : struct, IBody where TStore : struct, IVectorStore
    {
        var whole = count & -16;
        if (b is null)
        {
            RunVectors<TBody, TStore>(body, y, a, whole);
        }
        else
        {
            RunVectors<TBody, TStore>(body, y, a, b, whole);
        }

        if (whole < count)
        {
            RunTail(body, y + whole, a + whole, b is null ? null : b + whole, (int)(count - whole));
        }
    }

    // Both loops are compiled in full at once: a first call over a large tensor would otherwise spend seconds in unoptimised vector code.
    // Each is a method of its own, so that all of a long body fits into what the JIT agrees to inline.

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void RunVectors<TBody, TStore>(TBody body, float* y, float* a, nint count) where TBody : struct, IBody where TStore : struct, IVectorStore
    {
        for (nint i = 0; i < count; i += 16)
        {
            TStore.Store(body.Invoke(Vector512.Load(a + i), default), y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void RunVectors<TBody, TStore>(TBody body, float* y, float* a, float* b, nint count) where TBody : struct, IBody where TStore : struct, IVectorStore
    {
        for (nint i = 0; i < count; i += 16)
        {
            TStore.Store(body.Invoke(Vector512.Load(a + i), Vector512.Load(b + i)), y + i);
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
