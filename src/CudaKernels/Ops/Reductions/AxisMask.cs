using System.Numerics;

namespace CudaKernels;

/// <summary>Some dimensions of a tensor, such as those that a reduction leaves out, one bit for each.</summary>
internal readonly record struct AxisMask(uint Bits, int Rank)
{
    /// <summary>How many they are.</summary>
    public int Count => BitOperations.PopCount(Bits);

    /// <summary>Whether a dimension is one of them.</summary>
    public bool this[int dimension] => (Bits >> dimension & 1) != 0;

    /// <summary>Marks dimensions; no axes at all means every dimension.</summary>
    /// <exception cref="ArgumentException">An axis is given twice, or is none of the tensor's.</exception>
    public static AxisMask Of(int rank, ReadOnlySpan<int> axes)
    {
        if (axes.IsEmpty)
        {
            return new AxisMask((1u << rank) - 1, rank);
        }

        var bits = 0u;
        foreach (var axis in axes)
        {
            var bit = 1u << TensorLayout.Axis(axis, rank, nameof(axes));
            if ((bits & bit) != 0)
            {
                throw new ArgumentException($"axis {axis} stands twice among the axes", nameof(axes));
            }

            bits |= bit;
        }

        return new AxisMask(bits, rank);
    }

    /// <summary>The shape of the result, with the reduced dimensions left out or kept with length 1.</summary>
    public nint[] ResultLengths(ReadOnlySpan<nint> lengths, bool keepDimensions)
    {
        List<nint> result = [];
        for (var i = 0; i < Rank; i++)
        {
            if (!this[i] || keepDimensions)
            {
                result.Add(this[i] ? 1 : lengths[i]);
            }
        }

        return [.. result];
    }

    /// <summary>Whether a result has the shape of <see cref="ResultLengths"/>.</summary>
    public bool IsResult(ReadOnlySpan<nint> lengths, bool keepDimensions, ReadOnlySpan<nint> result)
    {
        var at = 0;
        for (var i = 0; i < Rank; i++)
        {
            if (this[i] && !keepDimensions)
            {
                continue;
            }

            if (at == result.Length || result[at] != (this[i] ? 1 : lengths[i]))
            {
                return false;
            }

            at++;
        }

        return at == result.Length;
    }

    /// <summary>How many results there are.</summary>
    public nint CountResults(ReadOnlySpan<nint> lengths)
    {
        nint count = 1;
        for (var i = 0; i < Rank; i++)
        {
            count *= this[i] ? 1 : lengths[i];
        }

        return count;
    }
}
