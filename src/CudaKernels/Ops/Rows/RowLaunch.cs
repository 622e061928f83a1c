using System.Numerics;

namespace CudaKernels;

/// <summary>The launch shape of kernels that give one block to each row of a matrix.</summary>
internal static class RowLaunch
{
    /// <summary>Columns that one thread handles before the block grows.</summary>
    private const int ColumnsPerThread = 4;

    /// <summary>One block per row: a power of two of threads, 32 to 512, one for every four columns.</summary>
    public static LaunchConfig Of(nint rows, nint columns)
    {
        var threads = Math.Clamp(BitOperations.RoundUpToPowerOf2((uint)Math.Min((columns + ColumnsPerThread - 1) / ColumnsPerThread, 512)), 32, 512);
        return new LaunchConfig(new Dim3(checked((uint)rows)), new Dim3(threads));
    }
}
