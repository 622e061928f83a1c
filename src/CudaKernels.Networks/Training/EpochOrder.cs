namespace CudaKernels.Networks;

/// <summary>The order in which an epoch visits the data: a shuffle that follows from the seed and the number of the epoch alone, so that a resumed training needs no more to go on.</summary>
public static class EpochOrder
{
    /// <summary>The numbers 0 … count-1, shuffled.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The seed of the training.</param>
    /// <param name="epoch">The number of the epoch.</param>
    public static int[] Create(int count, int seed, int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var order = new int[count];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        new Random(Mix(seed, epoch)).Shuffle(order);
        return order;
    }

    // Seed 1's second epoch must not be seed 2's first: both numbers go, side by side, through the finalizer of SplitMix64 (Steele, Lea
    // and Flood 2014), a bijection of 64 bits, of which Random takes 31.
    private static int Mix(int seed, int epoch)
    {
        var bits = ((ulong)(uint)seed << 32) | (uint)epoch;
        bits += 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return (int)((bits ^ (bits >> 31)) >> 33);
    }
}
