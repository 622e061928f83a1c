namespace CudaKernels;

/// <summary>No conversion: the elements are summed in their own type.</summary>
internal readonly struct SameElement<T> : IElementConversion<T, T> where T : unmanaged
{
    public static bool IsIdentity => true;

    public static void Widen(ReadOnlySpan<T> source, Span<T> destination) => source.CopyTo(destination);

    public static void Narrow(ReadOnlySpan<T> source, Span<T> destination) => source.CopyTo(destination);
}
