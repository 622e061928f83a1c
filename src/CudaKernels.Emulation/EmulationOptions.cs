namespace CudaKernels;

/// <summary>How a software CUDA device is made. Immutable.</summary>
public sealed record EmulationOptions
{
    private readonly int _multiprocessors = 4;
    private readonly Version _computeCapability = new(9, 0);
    private readonly ulong _totalMemory = 8UL << 30;
    private readonly int _workerThreads;
    private readonly TimeSpan _kernelTimeLimit = TimeSpan.FromMinutes(2);

    /// <summary>The defaults.</summary>
    public static EmulationOptions Default { get; } = new();

    /// <summary>The number of multiprocessors that the device reports; it sizes cooperative and persistent grids. 4 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 1 and 1024.</exception>
    public int Multiprocessors
    {
        get => _multiprocessors;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024);
            _multiprocessors = value;
        }
    }

    /// <summary>The compute capability that the device reports and that kernels are compiled for. 9.0 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 7.5 or has a minor number above 9.</exception>
    public Version ComputeCapability
    {
        get => _computeCapability;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value < new Version(7, 5) || value.Minor > 9)
                throw new ArgumentOutOfRangeException(nameof(value), value, "the software device has a compute capability of 7.5 or above");
            _computeCapability = value;
        }
    }

    /// <summary>The device memory in bytes; an allocation beyond it fails with CUDA_ERROR_OUT_OF_MEMORY. 8 GiB by default. No memory is taken before it is allocated.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is 0.</exception>
    public ulong TotalMemory
    {
        get => _totalMemory;
        init
        {
            ArgumentOutOfRangeException.ThrowIfZero(value);
            _totalMemory = value;
        }
    }

    /// <summary>
    /// Chooses the order in which work of different streams, and independent nodes of a graph, is done, and in which the threads of a block
    /// take turns; with <see cref="Sanitize"/> threads are then interrupted between any two accesses. Also whether an asynchronous copy of a
    /// kernel arrives as late as its wait or at once. 0, the default, is first in, first out, and late.
    /// </summary>
    public int Seed { get; init; }

    /// <summary>
    /// Whether kernels run in the checking mode, which looks at every access to memory: out of bounds, uninitialised, misaligned, freed or
    /// host memory, races within and between blocks, diverged barriers, undefined arithmetic. What it finds is in
    /// <see cref="EmulatedDevice.Reports"/>. A launch then runs on one thread, so that <see cref="Seed"/> repeats it exactly. False by default.
    /// </summary>
    public bool Sanitize { get; init; }

    /// <summary>Whether the last thread of a block starts first. False by default.</summary>
    public bool Reversed { get; init; }

    /// <summary>The threads that run the blocks of a kernel; 0, the default, is one for each processor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int WorkerThreads
    {
        get => _workerThreads;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _workerThreads = value;
        }
    }

    /// <summary>How long one kernel may run before it is ended with CUDA_ERROR_LAUNCH_TIMEOUT. Two minutes by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below a millisecond or above a day.</exception>
    public TimeSpan KernelTimeLimit
    {
        get => _kernelTimeLimit;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromMilliseconds(1));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(1));
            _kernelTimeLimit = value;
        }
    }

    /// <summary>Where the printf of kernels goes; null, the default, is <see cref="Console.Out"/>.</summary>
    public TextWriter? Output { get; init; }
}
