namespace CudaKernels;

/// <summary>The shape of a launch. Nothing in it is adjusted: a shape that the device cannot run is refused at the launch.</summary>
/// <param name="Grid">Blocks.</param>
/// <param name="Block">Threads of a block.</param>
/// <param name="SharedBytes">Dynamic shared memory of a block, beside what the kernel declares itself.</param>
/// <param name="Cluster">Blocks of a cluster (compute capability 9.0 and above); default for none. The grid must be a multiple of it.</param>
/// <param name="Cooperative">All blocks are resident at once, so that they may synchronise with each other.</param>
/// <param name="ProgrammaticDependent">
/// The kernel may start before the one ahead of it in the stream has ended: as soon as every block of that one has executed <c>griddepcontrol.launch_dependents</c>
/// or ended (programmatic dependent launch, 9.0 and above). The order in the stream holds no longer by itself: the kernel must execute <c>griddepcontrol.wait</c>
/// (<c>ptx::grid_dependency_wait</c> of <c>common/ptx/fence.cuh</c>) before it reads what earlier work wrote, or writes what earlier work touches; without it the results
/// are wrong now and then. The software device runs kernels of a stream one after another; its checking mode reports the mistake.
/// </param>
public readonly record struct LaunchConfig(
    Dim3 Grid,
    Dim3 Block,
    int SharedBytes = 0,
    Dim3 Cluster = default,
    bool Cooperative = false,
    bool ProgrammaticDependent = false)
{
    /// <summary>Whether the launch needs more than a grid and a block.</summary>
    internal bool HasAttributes => (Cluster.X | Cluster.Y | Cluster.Z) != 0 || Cooperative || ProgrammaticDependent;

    /// <summary>As many blocks of <paramref name="blockSize"/> threads as give each of <paramref name="n"/> elements a thread: ⌈n / blockSize⌉.</summary>
    /// <param name="n">Elements. 0 gives a grid without blocks, which a launch refuses: skip the launch then.</param>
    /// <param name="blockSize">Threads of a block.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, the block size is 0, or the grid would exceed 2³¹ − 1 blocks.</exception>
    public static LaunchConfig Cover(long n, int blockSize = 256)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockSize);
        var blocks = (n / blockSize) + (n % blockSize == 0 ? 0 : 1);
        if (blocks > int.MaxValue)
            throw new ArgumentOutOfRangeException(nameof(n), n, $"{n} elements in blocks of {blockSize} need {blocks} blocks; a grid has at most {int.MaxValue} along x: let each thread take several elements");
        return new LaunchConfig(new Dim3((uint)blocks), new Dim3((uint)blockSize));
    }
}
