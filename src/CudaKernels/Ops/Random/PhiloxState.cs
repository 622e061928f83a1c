using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>
/// A position in a sequence of random 32-bit outputs of Philox4x32-10: where the random operations take their bits from. It is a value:
/// an operation reads it, and gives back the position behind the outputs that it used, to go on with.
/// </summary>
/// <remarks>
/// <para>
/// The sequence is that of cuRAND: output j after a position is what call j of <c>curand()</c> gives after
/// <c>curand_init(Seed, Subsequence, Offset, …)</c> with a <c>curandStatePhilox4_32_10_t</c>. The key is the seed; the counter is
/// Subsequence·2⁶⁴ + ⌊Offset / 4⌋, whose block of four words holds the output at word Offset mod 4.
/// </para>
/// <para>
/// An element of a tensor takes its bits from a place that depends on the position and the element's row-major index alone: results are
/// the same on every device and for every launch, number of threads and memory layout. The same position gives the same numbers again.
/// Two uses are independent where their seeds or subsequences differ or their offsets are far enough apart. A launch captured in a graph
/// keeps the position it was captured with. An offset that is a multiple of four costs half as much as another.
/// </para>
/// </remarks>
/// <param name="Seed">Chooses the sequence: the key of Philox.</param>
/// <param name="Offset">How many outputs of the sequence lie before the position.</param>
/// <param name="Subsequence">One of the 2⁶⁴ independent parts of the sequence, such as one for each worker.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct PhiloxState(ulong Seed, ulong Offset = 0, ulong Subsequence = 0)
{
    /// <summary>The position <paramref name="outputs"/> further on.</summary>
    /// <param name="outputs">How many 32-bit outputs to skip.</param>
    /// <exception cref="OverflowException">The offset would pass 2⁶⁴.</exception>
    public PhiloxState Advance(ulong outputs) => outputs <= ulong.MaxValue - Offset
        ? this with { Offset = Offset + outputs }
        : throw new OverflowException($"offset {Offset} plus {outputs} outputs passes 2^64: go on with another subsequence or seed");

    /// <summary>An output after this position.</summary>
    /// <param name="index">How many outputs lie between; 0 for the next one.</param>
    public uint Output(ulong index)
    {
        Span<uint> output = stackalloc uint[1];
        Philox.Fill(this, index, output);
        return output[0];
    }
}
