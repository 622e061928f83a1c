using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>A loop over the elements of up to nine operands with strides. The kernels read the same struct (common/elementwise.cuh).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OperandLoop
{
    public const int MaxOperands = 9;

    public long Count;
    public int Rank;
    public PackedRuns Runs;
    public fixed long Lengths[TensorLayout.MaxRank];
    public fixed long Strides[MaxOperands * TensorLayout.MaxRank];

    /// <summary>The loop over <paramref name="lengths"/> with length-1 dimensions dropped and neighbouring dimensions merged where every operand steps through them evenly.</summary>
    /// <param name="lengths">The shape of the destination.</param>
    /// <param name="strides"><see cref="TensorLayout.MaxRank"/> places for each operand, the destination first.</param>
    public static OperandLoop Create(ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides)
    {
        OperandLoop loop = default;
        loop.Count = TensorLayout.CountOf(lengths);
        for (var d = 0; d < lengths.Length; d++)
        {
            if (lengths[d] == 1)
            {
                continue;
            }

            if (loop.Rank > 0 && loop.Continues(lengths[d], d, strides))
            {
                loop.Lengths[loop.Rank - 1] *= lengths[d];
            }
            else
            {
                loop.Lengths[loop.Rank++] = lengths[d];
            }

            for (var i = 0; i < strides.Length / TensorLayout.MaxRank; i++)
            {
                loop.Strides[(i * TensorLayout.MaxRank) + loop.Rank - 1] = strides[(i * TensorLayout.MaxRank) + d];
            }
        }

        return loop;
    }

    /// <summary>Whether the loop is a single run of consecutive elements in every operand.</summary>
    public readonly bool IsDense(int operands)
    {
        for (var i = 0; i < operands && Rank > 0; i++)
        {
            if (Strides[i * TensorLayout.MaxRank] != 1)
            {
                return false;
            }
        }

        return Rank <= 1;
    }

    /// <summary>The strides of an operand; the destination is operand 0.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<long> StridesOf(int operand) => MemoryMarshal.CreateReadOnlySpan(in Strides[operand * TensorLayout.MaxRank], Rank);

    /// <summary>The length of the innermost dimension.</summary>
    public readonly long InnerLength => Rank == 0 ? 1 : Lengths[Rank - 1];

    /// <summary>How far an operand's elements lie apart along the innermost dimension.</summary>
    public readonly long InnerStride(int operand) => Rank == 0 ? 1 : Strides[(operand * TensorLayout.MaxRank) + Rank - 1];

    /// <summary>Where an operand's element <paramref name="index"/> lies.</summary>
    public readonly long Offset(int operand, long index)
    {
        long at = 0;
        for (var d = Rank - 1; d >= 0; d--)
        {
            (index, var i) = Math.DivRem(index, Lengths[d]);
            at += i * Strides[(operand * TensorLayout.MaxRank) + d];
        }

        return at;
    }

    private readonly bool Continues(nint length, int dimension, ReadOnlySpan<nint> strides)
    {
        for (var i = 0; i < strides.Length / TensorLayout.MaxRank; i++)
        {
            if (Strides[(i * TensorLayout.MaxRank) + Rank - 1] != strides[(i * TensorLayout.MaxRank) + dimension] * length)
            {
                return false;
            }
        }

        return true;
    }
}
