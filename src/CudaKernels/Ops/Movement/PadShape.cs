using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>A tensor within a border: <c>Padding</c> of kernels/elementwise/pad.cu, which the kernel takes by value.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PadShape
{
    public long Count;
    public int Rank;
    private readonly int _unused;
    public fixed long OutLengths[TensorLayout.MaxRank];
    public fixed long Before[TensorLayout.MaxRank];
    public fixed long Lengths[TensorLayout.MaxRank];
    public fixed long Strides[TensorLayout.MaxRank];

    /// <summary>The shape of a tensor with some elements before and after each dimension.</summary>
    /// <exception cref="ArgumentException">There is not one pair for each dimension.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of elements is negative.</exception>
    public static PadShape Of(TensorLayout x, ReadOnlySpan<(nint Before, nint After)> padding)
    {
        if (padding.Length != x.Rank)
        {
            throw new ArgumentException($"shape {x} is padded by {x.Rank} pairs of numbers, got {padding.Length}", nameof(padding));
        }

        PadShape shape = default;
        shape.Count = 1;
        shape.Rank = x.Rank;
        for (var d = 0; d < x.Rank; d++)
        {
            var (before, after) = padding[d];
            if (before < 0 || after < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(padding), padding[d], $"the border of dimension {d} is 0 or more elements: a slice cuts elements off");
            }

            shape.Before[d] = before;
            shape.Lengths[d] = x.Lengths[d];
            shape.Strides[d] = x.Strides[d];
            shape.OutLengths[d] = checked(before + x.Lengths[d] + after);
            shape.Count = checked(shape.Count * shape.OutLengths[d]);
        }

        return shape;
    }

    /// <summary>The lengths with the border.</summary>
    public ReadOnlySpan<nint> Result(Span<nint> lengths)
    {
        for (var d = 0; d < Rank; d++)
        {
            lengths[d] = (nint)OutLengths[d];
        }

        return lengths[..Rank];
    }
}
