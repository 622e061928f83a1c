using System.Numerics;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>
/// The innermost dimension of a loop in packs of 16 bytes of the operand with the largest elements, and the reciprocal by which a kernel divides by their
/// number; where these are not aligned a pack is one element. The kernels read the same struct (common/elementwise.cuh); without packs a thread takes one element.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct PackedRuns
{
    private readonly uint _packs;
    private readonly uint _reciprocal;
    private readonly int _shift;

    /// <param name="packs">The packs of a run, 1 or more and below 2³¹.</param>
    private PackedRuns(uint packs)
    {
        _packs = packs;
        _shift = 32 - BitOperations.LeadingZeroCount(packs - 1);
        _reciprocal = (uint)(((((1UL << _shift) - packs) << 32) / packs) + 1);
    }

    /// <summary>Elements of a pack.</summary>
    /// <param name="largest">The largest element size of the operands.</param>
    public static int PackLength(int largest) => Elementwise.PackBytes / largest;

    /// <summary>The packs of a loop, none where a kernel cannot count them in 31 bits, and the elements that a thread takes of each operand (kPacksPerThread of the kernels).</summary>
    /// <param name="count">The elements of the loop.</param>
    /// <param name="run">The length of the innermost dimension.</param>
    /// <param name="length">The elements of a pack.</param>
    /// <param name="fit">Whether the packs of all operands are aligned.</param>
    /// <param name="inputs">The operands that are read.</param>
    public static (PackedRuns Runs, int PerThread) Of(long count, long run, int length, bool fit, int inputs)
    {
        if (fit && run % length == 0 && count / length <= int.MaxValue)
        {
            return (new PackedRuns((uint)(run / length)), inputs <= 2 ? 2 * length : length);
        }

        return count <= int.MaxValue ? (new PackedRuns((uint)run), inputs <= 2 ? 4 : 1) : (default, 1);
    }

    /// <summary>Whether an operand is constant along the innermost dimension, or dense along it with every pack aligned.</summary>
    /// <param name="strides">Its strides.</param>
    /// <param name="address">Where its first element lies.</param>
    /// <param name="elementSize">The bytes of an element.</param>
    /// <param name="length">The elements of a pack.</param>
    public static bool Fit(ReadOnlySpan<long> strides, nuint address, int elementSize, int length)
    {
        if (strides[^1] != 1)
        {
            return strides[^1] == 0;
        }

        foreach (var stride in strides[..^1])
        {
            if (stride % length != 0)
            {
                return false;
            }
        }

        return address % (nuint)(length * elementSize) == 0;
    }
}
