namespace CudaKernels;

/// <summary>Rearranges arrays whose first index runs fastest.</summary>
internal static class FortranOrder
{
    /// <summary>The same array with the last index running fastest.</summary>
    /// <param name="data">The elements, first index fastest.</param>
    /// <param name="lengths">The shape.</param>
    /// <param name="elementBytes">Bytes per element.</param>
    public static byte[] ToRowMajor(byte[] data, ReadOnlySpan<nint> lengths, int elementBytes)
    {
        if (lengths.Length < 2 || data.Length == 0)
        {
            return data;
        }

        var strides = new long[lengths.Length];
        long stride = elementBytes;
        for (var i = 0; i < lengths.Length; i++)
        {
            strides[i] = stride;
            stride *= lengths[i];
        }

        var result = new byte[data.Length];
        var index = new nint[lengths.Length];
        long source = 0;
        for (var target = 0; target < result.Length; target += elementBytes)
        {
            data.AsSpan((int)source, elementBytes).CopyTo(result.AsSpan(target));

            // The odometer: the last index advances, and each that passes its end goes back to 0 and carries to the one before.
            for (var i = lengths.Length - 1; i >= 0; i--)
            {
                source += strides[i];
                if (++index[i] < lengths[i])
                {
                    break;
                }

                source -= strides[i] * lengths[i];
                index[i] = 0;
            }
        }

        return result;
    }
}
