using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>A loop over the elements of up to four operands with strides. The kernels read the same struct (common/elementwise.cuh).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct StridedLoop
{
    public const int MaxOperands = 4;

    public long Count;
    public int Rank;
    public PackedRuns Runs;
    public fixed long Lengths[TensorLayout.MaxRank];
    public fixed long Strides[MaxOperands * TensorLayout.MaxRank];

    /// <summary>Whether the loop is a single run of consecutive elements in every operand.</summary>
    public readonly bool IsDense(int operands)
    {
        if (Rank == 0)
        {
            return true;
        }

        for (var i = 0; i < operands; i++)
        {
            if (Strides[i * TensorLayout.MaxRank] != 1)
            {
                return false;
            }
        }

        return Rank == 1;
    }

    /// <summary>
    /// The loop over <paramref name="lengths"/> with length-1 dimensions dropped and neighbouring dimensions merged where every
    /// operand steps through them evenly: fewer divisions on the GPU, longer inner runs on the processor.
    /// </summary>
    public static StridedLoop Create(ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> first, ReadOnlySpan<nint> second = default, ReadOnlySpan<nint> third = default, ReadOnlySpan<nint> fourth = default)
    {
        StridedLoop loop = default;
        loop.Count = TensorLayout.CountOf(lengths);
        var rank = 0;
        for (var d = 0; d < lengths.Length; d++)
        {
            if (lengths[d] == 1)
            {
                continue;
            }

            var steps = (Stride(first, d), Stride(second, d), Stride(third, d), Stride(fourth, d));
            if (rank > 0 && loop.Continues(rank - 1, lengths[d], steps))
            {
                loop.Lengths[rank - 1] *= lengths[d];
            }
            else
            {
                loop.Lengths[rank++] = lengths[d];
            }

            loop.SetStrides(rank - 1, steps);
        }

        loop.Rank = rank;
        return loop;

        static long Stride(ReadOnlySpan<nint> strides, int d) => strides.IsEmpty ? 0 : strides[d];
    }

    /// <summary>The strides of an operand; the destination is operand 0.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<long> StridesOf(int operand) => MemoryMarshal.CreateReadOnlySpan(in Strides[operand * TensorLayout.MaxRank], Rank);

    private readonly bool Continues(int outer, long length, (long, long, long, long) inner) =>
        Strides[outer] == inner.Item1 * length
        && Strides[TensorLayout.MaxRank + outer] == inner.Item2 * length
        && Strides[(2 * TensorLayout.MaxRank) + outer] == inner.Item3 * length
        && Strides[(3 * TensorLayout.MaxRank) + outer] == inner.Item4 * length;

    private void SetStrides(int dimension, (long, long, long, long) steps)
    {
        Strides[dimension] = steps.Item1;
        Strides[TensorLayout.MaxRank + dimension] = steps.Item2;
        Strides[(2 * TensorLayout.MaxRank) + dimension] = steps.Item3;
        Strides[(3 * TensorLayout.MaxRank) + dimension] = steps.Item4;
    }
}
