namespace CudaKernels;

/// <summary>Rows of 8-bit elements as the managed matrix product takes them.</summary>
/// <typeparam name="TQuantized">The 8-bit type.</typeparam>
/// <typeparam name="TSum">The type that sums, of whose size the rows' elements are.</typeparam>
internal unsafe interface IWideOperand<TQuantized, TSum> where TQuantized : unmanaged where TSum : unmanaged
{
    /// <summary>What becomes of so many elements of a row.</summary>
    static abstract nint Length(nint count);

    /// <summary>Widens some elements of a row.</summary>
    static abstract void Widen(TQuantized* from, nint count, TSum* to);

    /// <summary>sums[m, n] = a[m, length] * b[n, length], transposed, of widened rows.</summary>
    static abstract void Multiply(nint m, nint n, nint length, TSum* a, TSum* b, TSum* sums, int threads);
}

/// <summary>Elements widened to the type that sums.</summary>
internal readonly unsafe struct WidenedOperand<TQuantized, TSum, TElement> : IWideOperand<TQuantized, TSum>
    where TQuantized : unmanaged
    where TSum : unmanaged
    where TElement : struct, IElementConversion<TQuantized, TSum>
{
    public static nint Length(nint count) => count;

    public static void Widen(TQuantized* from, nint count, TSum* to) => TElement.Widen(new ReadOnlySpan<TQuantized>(from, (int)count), new Span<TSum>(to, (int)count));

    public static void Multiply(nint m, nint n, nint length, TSum* a, TSum* b, TSum* sums, int threads) =>
        ManagedGemm.Multiply(false, true, m, n, length, 1, a, length, b, length, 0, sums, n, threads);
}
