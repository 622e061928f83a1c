namespace CudaKernels;

/// <summary>Philox4x32, the generator of random bits, as the kernels have it (common/philox.cuh).</summary>
/// <remarks>Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.</remarks>
internal static partial class Philox
{
    public const int Rounds = 10;

    /// <summary>Outputs of a block.</summary>
    public const int BlockSize = 4;

    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;

    /// <summary>Encrypts a counter of four words in place.</summary>
    public static void Block(Span<uint> counter, ulong key, int rounds = Rounds)
    {
        uint c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3], k0 = (uint)key, k1 = (uint)(key >> 32);
        for (int round = 0; round < rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0, product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ k0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ k1, (uint)product0);
            k0 += Weyl0;
            k1 += Weyl1;
        }
        (counter[0], counter[1], counter[2], counter[3]) = (c0, c1, c2, c3);
    }

    /// <summary>Outputs number <paramref name="first"/> and following after a position.</summary>
    public static void Fill(in PhiloxState position, ulong first, Span<uint> outputs)
    {
        // Word by word of blocks: the sum of offset and index may pass 64 bits, the number of the block does not.
        ulong skipped = position.Offset % BlockSize + first % BlockSize;
        ulong block = position.Offset / BlockSize + first / BlockSize + skipped / BlockSize;
        int word = (int)(skipped % BlockSize);
        if (word != 0)
        {
            int head = Math.Min(BlockSize - word, outputs.Length);
            FillPart(position, block++, word, outputs[..head]);
            outputs = outputs[head..];
        }
        int whole = FillBlocks(position, block, outputs);
        block += (ulong)(whole / BlockSize);
        for (outputs = outputs[whole..]; !outputs.IsEmpty; outputs = outputs[Math.Min(BlockSize, outputs.Length)..])
            FillPart(position, block++, 0, outputs[..Math.Min(BlockSize, outputs.Length)]);
    }

    /// <summary>Some words of one block.</summary>
    private static void FillPart(in PhiloxState position, ulong block, int word, Span<uint> outputs)
    {
        Span<uint> counter = [(uint)block, (uint)(block >> 32), (uint)position.Subsequence, (uint)(position.Subsequence >> 32)];
        Block(counter, position.Seed);
        counter.Slice(word, outputs.Length).CopyTo(outputs);
    }
}
