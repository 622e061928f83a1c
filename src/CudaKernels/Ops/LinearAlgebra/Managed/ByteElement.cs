using System.Numerics;
using System.Numerics.Tensors;

namespace CudaKernels;

/// <summary>A signed or unsigned byte in memory, summed in int: the low byte of the wrapped sum is the wrapped sum of bytes.</summary>
internal readonly struct ByteElement<TStore> : IElementConversion<TStore, int> where TStore : unmanaged, IBinaryInteger<TStore>
{
    public static bool IsIdentity => false;

    public static void Widen(ReadOnlySpan<TStore> source, Span<int> destination) => TensorPrimitives.ConvertTruncating(source, destination);

    public static void Narrow(ReadOnlySpan<int> source, Span<TStore> destination) => TensorPrimitives.ConvertTruncating(source, destination);
}
