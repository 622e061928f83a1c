using System.Numerics;

namespace CudaKernels;

/// <summary>
/// The launch shape of kernels that make the gradients of a row norm in one pass (<c>common/row_norm_gradient.cuh</c>): as many blocks as run
/// at once, each of which takes many rows and leaves one part of the column sums.
/// </summary>
/// <param name="Threads">Threads of a block, which hold a row.</param>
/// <param name="Blocks">The blocks, and parts of the sums.</param>
internal readonly record struct ColumnSumLaunch(int Threads, int Blocks)
{
    /// <summary>Bytes of a row that a thread holds.</summary>
    private const int HeldBytes = 64;

    private const int PackBytes = 16;
    private const int FewestThreads = 32;
    private const int MostThreads = 256;

    /// <summary>Threads that a multiprocessor has registers for; of 16-bit floats each has twice as many sums.</summary>
    private const int Resident = 512, Resident16 = 384;

    /// <summary>Rows of a block at least: its part of the sums is as large as a row or two.</summary>
    private const long RowsPerBlock = 4;

    /// <summary>Rows and columns that a block of the last kernel joins side by side (<c>kJoinSide</c>).</summary>
    private const int JoinSide = 32;

    /// <summary>The shape; null for rows that a block cannot hold, or not by whole vectors, and for few rows.</summary>
    /// <param name="device">The device.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="starts">The addresses of all tensors of such rows, and of gamma.</param>
    /// <typeparam name="T">The element type.</typeparam>
    public static ColumnSumLaunch? Of<T>(CudaDevice device, MatrixRows rows, ReadOnlySpan<nuint> starts) where T : unmanaged
    {
        var size = ElementType<T>.Size;
        var bytes = (long)rows.Columns * size;
        var threads = Math.Max((int)BitOperations.RoundUpToPowerOf2((uint)Math.Min((bytes + HeldBytes - 1) / HeldBytes, MostThreads + 1)), FewestThreads);
        if (threads > MostThreads || rows.Count < 2 * RowsPerBlock || bytes % PackBytes != 0)
        {
            return null;
        }

        foreach (var start in starts)
        {
            if (start % PackBytes != 0)
            {
                return null;
            }
        }

        var atOnce = device.Specification.MultiprocessorCount * Math.Max((size == 2 ? Resident16 : Resident) / threads, 1);
        return new ColumnSumLaunch(threads, (int)Math.Min(atOnce, (rows.Count + RowsPerBlock - 1) / RowsPerBlock));
    }

    /// <summary>The blocks of the first kernel.</summary>
    public LaunchConfig Config => new(new Dim3((uint)Blocks), new Dim3((uint)Threads));

    /// <summary>The blocks of the kernel that joins the parts, which is set up while the first runs where the device can do that.</summary>
    public static LaunchConfig Join(CudaDevice device, nint columns) =>
        new LaunchConfig(new Dim3(checked((uint)((columns + JoinSide - 1) / JoinSide))), new Dim3(JoinSide, JoinSide)) with { ProgrammaticDependent = device.Specification.ComputeCapability.Major >= 9 };
}
