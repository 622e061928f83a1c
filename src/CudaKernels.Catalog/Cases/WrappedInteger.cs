namespace CudaKernels.Catalog.Cases;

/// <summary>Exact results as an integer type keeps them.</summary>
internal static class WrappedInteger
{
    /// <summary>The low bits of a whole number, read as <typeparamref name="T"/>; a floating type keeps the value.</summary>
    public static double Of<T>(double value) where T : unmanaged => ElementTypes.Floating.Contains(ElementType<T>.Kind) ? value : Of<T>((long)value);

    /// <summary>The low bits of an integer, read as <typeparamref name="T"/>.</summary>
    public static double Of<T>(long value) where T : unmanaged
    {
        var bits = 64 - (8 * ElementType<T>.Size);
        var integer = value << bits;
        return typeof(T) == typeof(byte) ? (ulong)integer >> bits : integer >> bits;
    }
}
