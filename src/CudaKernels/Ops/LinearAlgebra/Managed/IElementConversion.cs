namespace CudaKernels;

/// <summary>How elements in memory become the type that sums, and back. Half is summed in float, sbyte and byte in int.</summary>
/// <typeparam name="TStore">The element in memory.</typeparam>
/// <typeparam name="T">The type that sums.</typeparam>
internal interface IElementConversion<TStore, T>
    where TStore : unmanaged
    where T : unmanaged
{
    /// <summary>Whether the two types are one and nothing is to be converted.</summary>
    static abstract bool IsIdentity { get; }

    /// <summary>Converts to the type that sums; exact.</summary>
    static abstract void Widen(ReadOnlySpan<TStore> source, Span<T> destination);

    /// <summary>Converts to the type in memory: rounds once to nearest even, or drops an integer's high bits.</summary>
    static abstract void Narrow(ReadOnlySpan<T> source, Span<TStore> destination);
}
