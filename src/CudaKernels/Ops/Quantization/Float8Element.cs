using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>An 8-bit float in memory, summed in float.</summary>
internal readonly struct Float8Element<TFloat8> : IElementConversion<TFloat8, float> where TFloat8 : unmanaged, IFloat8<TFloat8>
{
    private static readonly float[] s_values = [.. Enumerable.Range(0, 256).Select(bits => (float)TFloat8.FromBits((byte)bits))];

    public static bool IsIdentity => false;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Widen(ReadOnlySpan<TFloat8> source, Span<float> destination)
    {
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = s_values[TFloat8.ToBits(source[i])];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Narrow(ReadOnlySpan<float> source, Span<TFloat8> destination)
    {
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = (TFloat8)source[i];
        }
    }
}
