namespace CudaKernels;

/// <summary>The size of an array whose shape a file claims or is to hold.</summary>
internal static class ArrayBytes
{
    /// <summary>Multiplies lengths and element size.</summary>
    /// <param name="lengths">The shape, none negative.</param>
    /// <param name="elementBytes">Bytes per element.</param>
    /// <param name="bytes">The product; 0 for an empty array.</param>
    /// <returns>False where the product overflows 64 bits, zeros left out: the strides of an empty array must be numbers as well.</returns>
    public static bool TryCount(ReadOnlySpan<nint> lengths, int elementBytes, out long bytes)
    {
        bytes = elementBytes;
        foreach (var length in lengths)
        {
            var product = (Int128)bytes * Math.Max(length, 1);
            if (product > long.MaxValue)
            {
                return false;
            }

            bytes = (long)product;
        }

        bytes = lengths.Contains(0) ? 0 : bytes;
        return true;
    }
}
