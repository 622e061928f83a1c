using System.Numerics;

namespace CudaKernels;

/// <summary>The launch shape of kernels that hold rows in registers (<c>common/held_row.cuh</c>): blocks of (threads of a row, rows).</summary>
internal static class HeldRowLaunch
{
    /// <summary>Bytes of a row that one thread holds.</summary>
    private const int HeldBytes = 64;

    private const int MostThreads = 512;

    /// <summary>Fewer would read less than a sector of memory at a time.</summary>
    private const int FewestThreads = 4;

    /// <summary>Threads of a block whose rows lie within warps.</summary>
    private const int SharedBlock = 128;

    /// <summary>As many threads to a row, a power of two from 4 to 512, as hold it; several rows to a block where a row has no more than a warp.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="elementBytes">The size of an element.</param>
    public static LaunchConfig Of(nint rows, nint columns, int elementBytes)
    {
        var holders = Math.Min((((long)columns * elementBytes) + HeldBytes - 1) / HeldBytes, MostThreads);
        var threads = Math.Max((int)BitOperations.RoundUpToPowerOf2((uint)holders), FewestThreads);
        var shared = threads <= 32 ? SharedBlock / threads : 1;
        return new LaunchConfig(new Dim3(checked((uint)((rows + shared - 1) / shared))), new Dim3((uint)threads, (uint)shared));
    }
}
