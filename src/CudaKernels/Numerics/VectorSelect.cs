using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CudaKernels;

/// <summary>y[i] = condition[i] ? a[i] : b[i] without branches: what a mask picks is as hard to predict as its data.</summary>
internal static unsafe class VectorSelect
{
    /// <summary>Selects elements by their bits; y may be a or b.</summary>
    /// <param name="condition">A byte for each element; 0 is false.</param>
    /// <param name="a">Taken where the condition is true.</param>
    /// <param name="b">Taken where the condition is false.</param>
    /// <param name="y">The result.</param>
    /// <param name="count">The elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run<T>(byte* condition, T* a, T* b, T* y, nint count) where T : unmanaged
    {
        nint i = 0;
        for (; i <= count - Vector512<byte>.Count; i += Vector512<byte>.Count)
        {
            var bytes = Vector512.Load(condition + i);
            if (sizeof(T) == 1)
            {
                Step(bytes, (byte*)a + i, (byte*)b + i, (byte*)y + i);
                continue;
            }

            var (low, high) = Vector512.Widen(bytes);
            Half(low, a, b, y, i);
            Half(high, a, b, y, i + Vector512<ushort>.Count);
        }

        for (; i < count; i++)
        {
            y[i] = condition[i] != 0 ? a[i] : b[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Half<T>(Vector512<ushort> condition, T* a, T* b, T* y, nint i) where T : unmanaged
    {
        if (sizeof(T) == 2)
        {
            Step(condition, (ushort*)a + i, (ushort*)b + i, (ushort*)y + i);
            return;
        }

        var (low, high) = Vector512.Widen(condition);
        Quarter(low, a, b, y, i);
        Quarter(high, a, b, y, i + Vector512<uint>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter<T>(Vector512<uint> condition, T* a, T* b, T* y, nint i) where T : unmanaged
    {
        if (sizeof(T) == 4)
        {
            Step(condition, (uint*)a + i, (uint*)b + i, (uint*)y + i);
            return;
        }

        var (low, high) = Vector512.Widen(condition);
        Step(low, (ulong*)a + i, (ulong*)b + i, (ulong*)y + i);
        Step(high, (ulong*)a + i + Vector512<ulong>.Count, (ulong*)b + i + Vector512<ulong>.Count, (ulong*)y + i + Vector512<ulong>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TBits>(Vector512<TBits> condition, TBits* a, TBits* b, TBits* y) where TBits : unmanaged =>
        Vector512.ConditionalSelect(Vector512.Equals(condition, Vector512<TBits>.Zero), Vector512.Load(b), Vector512.Load(a)).Store(y);
}
