using System.Numerics.Tensors;

namespace CudaKernels;

/// <summary>binary16 in memory, summed in float.</summary>
internal readonly struct HalfElement : IElementConversion<Half, float>
{
    public static bool IsIdentity => false;

    public static void Widen(ReadOnlySpan<Half> source, Span<float> destination) => TensorPrimitives.ConvertToSingle(source, destination);

    public static void Narrow(ReadOnlySpan<float> source, Span<Half> destination) => TensorPrimitives.ConvertToHalf(source, destination);
}
