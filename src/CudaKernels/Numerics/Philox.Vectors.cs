using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CudaKernels;

internal static partial class Philox
{
    /// <summary>Blocks that are made at once: one to each 64-bit lane, whose upper half the multiplications ignore.</summary>
    private const int Lanes = 8;

    /// <summary>Outputs of consecutive whole blocks, as many as come in groups of <see cref="Lanes"/> blocks; gives their number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int FillBlocks(in PhiloxState position, ulong block, Span<uint> outputs)
    {
        const int step = Lanes * BlockSize;
        ref uint to = ref MemoryMarshal.GetReference(outputs);
        var subsequence0 = Vector512.Create(position.Subsequence);
        var subsequence1 = Vector512.Create(position.Subsequence >> 32);
        int i = 0;
        for (; i <= outputs.Length - step; i += step, block += Lanes)
        {
            // In this order of the blocks the halves of lane pairs interleave into memory order.
            var number = Vector512.Create(block) + Vector512.Create(0ul, 4, 1, 5, 2, 6, 3, 7);
            var (c0, c1, c2, c3) = (number, number >> 32, subsequence0, subsequence1);
            uint k0 = (uint)position.Seed, k1 = (uint)(position.Seed >> 32);
            for (int round = 0; round < Rounds; round++)
            {
                var product0 = MultiplyLower(c0, Multiplier0);
                var product1 = MultiplyLower(c2, Multiplier1);
                (c0, c1, c2, c3) = ((product1 >> 32) ^ c1 ^ Vector512.Create((ulong)k0), product1, (product0 >> 32) ^ c3 ^ Vector512.Create((ulong)k1), product0);
                k0 += Weyl0;
                k1 += Weyl1;
            }
            var (low, high) = (Join(c0, c1), Join(c2, c3));
            var odd = Vector512.Create(0ul, ulong.MaxValue, 0, ulong.MaxValue, 0, ulong.MaxValue, 0, ulong.MaxValue);
            var first = Vector512.ConditionalSelect(odd, Vector512.Shuffle(high, Vector512.Create(0ul, 0, 2, 2, 4, 4, 6, 6)), low);
            var second = Vector512.ConditionalSelect(odd, high, Vector512.Shuffle(low, Vector512.Create(1ul, 1, 3, 3, 5, 5, 7, 7)));
            first.AsUInt32().StoreUnsafe(ref to, (nuint)i);
            second.AsUInt32().StoreUnsafe(ref to, (nuint)(i + step / 2));
        }
        return i;
    }

    /// <summary>The lower halves of two vectors' lanes as one 64-bit number: the first below the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Join(Vector512<ulong> low, Vector512<ulong> high) => (low & Vector512.Create(0xFFFFFFFFul)) | (high << 32);

    /// <summary>The 64-bit products of the lanes' lower halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> MultiplyLower(Vector512<ulong> x, uint factor)
    {
        if (Avx512F.IsSupported) return Avx512F.Multiply(x.AsUInt32(), Vector512.Create(factor));
        if (Avx2.IsSupported)
        {
            var y = Vector256.Create(factor);
            return Vector512.Create(Avx2.Multiply(x.GetLower().AsUInt32(), y), Avx2.Multiply(x.GetUpper().AsUInt32(), y));
        }
        return (x & Vector512.Create(0xFFFFFFFFul)) * Vector512.Create((ulong)factor);
    }
}
