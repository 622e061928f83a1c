namespace CudaKernels.Catalog.Cases;

/// <summary>Philox4x32-10 one output at a time, from the published rounds, with the counter of curand_init.</summary>
internal static class PhiloxReference
{
    /// <summary>What call number <paramref name="index"/> of curand() gives after curand_init(seed, subsequence, offset).</summary>
    public static uint Output(PhiloxState position, long index)
    {
        var number = (UInt128)position.Offset + (ulong)index;
        var counter = ((UInt128)position.Subsequence << 64) + (number / 4);
        uint[] c = [.. Enumerable.Range(0, 4).Select(word => (uint)(counter >> (32 * word) & uint.MaxValue))];
        for (ulong round = 0; round < 10; round++)
        {
            var key = ((uint)(position.Seed + (round * 0x9E3779B9)), (uint)((position.Seed >> 32) + (round * 0xBB67AE85)));
            var (p0, p1) = (c[0] * 0xD2511F53ul, c[2] * 0xCD9E8D57ul);
            c = [(uint)(p1 >> 32) ^ c[1] ^ key.Item1, (uint)p1, (uint)(p0 >> 32) ^ c[3] ^ key.Item2, (uint)p0];
        }

        return c[(int)(number % 4)];
    }

    /// <summary>Two consecutive outputs as one number, the first in its lower half.</summary>
    public static ulong Word(PhiloxState position, long index) => Output(position, index) | (ulong)Output(position, index + 1) << 32;

    /// <summary>The element at an index of a permutation: sixteen Feistel rounds over the smallest power of two from 256 on, again until the index is in range.</summary>
    public static long Permuted(PhiloxState position, long index, long count)
    {
        var bits = 8;
        while (1L << bits < count)
        {
            bits++;
        }

        var rightSize = 1L << ((bits + 1) / 2);
        var leftSize = (1L << bits) / rightSize;
        var (left, right) = (index / rightSize, index % rightSize);
        for (var round = 0; round < 16; round++)
        {
            var key = Output(position, round);
            (left, right) = round % 2 == 0 ? (left ^ (Hash((uint)right ^ key) % leftSize), right) : (left, right ^ (Hash((uint)left ^ key) % rightSize));
        }

        var next = (left * rightSize) + right;
        return next < count ? next : Permuted(position, next, count);
    }

    private static long Hash(uint x)
    {
        ulong h = x;
        h = (h ^ (h / 65536)) * 0x85EBCA6B % 4294967296;
        h = (h ^ (h / 8192)) * 0xC2B2AE35 % 4294967296;
        return (long)(h ^ (h / 65536));
    }
}
