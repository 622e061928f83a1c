using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The sizes that the device can hold, those of compute capability 9.0, and what they make of a launch.</summary>
internal static class LaunchLimits
{
    public const int ThreadsPerBlock = 1024;
    public const int BlockX = 1024;
    public const int BlockY = 1024;
    public const int BlockZ = 64;
    public const int GridX = int.MaxValue;
    public const int GridY = 65535;
    public const int GridZ = 65535;
    public const int ThreadsPerMultiprocessor = 2048;
    public const int BlocksPerMultiprocessor = 32;
    public const int RegistersPerMultiprocessor = 65536;
    public const int RegistersPerThread = 32;
    public const int WarpSize = 32;
    public const int SharedPerBlock = 48 * 1024;
    public const int SharedPerBlockOptIn = 232_448;
    public const int SharedPerMultiprocessor = 233_472;
    public const int ReservedSharedPerBlock = 1024;
    public const int PortableClusterSize = 8;
    public const int LargestClusterSize = 16;

    /// <summary>Ends the call as a driver ends a launch that the device cannot hold.</summary>
    public static void Check(SoftwareDevice device, LoadedKernel kernel, in LaunchShape shape)
    {
        var isTooLarge = shape.GridX > GridX || shape.GridY > GridY || shape.GridZ > GridZ
            || shape.BlockX > BlockX || shape.BlockY > BlockY || shape.BlockZ > BlockZ || shape.Threads > (ulong)kernel.MaxThreadsPerBlock;
        if (isTooLarge || shape.Blocks == 0 || shape.Threads == 0 || shape.SharedBytes > kernel.MaxDynamicSharedBytes)
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
        if (shape.HasCluster)
            CheckCluster(device, kernel, shape);
        if (shape.IsCooperative && shape.Blocks > (ulong)(BlocksPerSm(kernel, (int)shape.Threads, shape.SharedBytes) * device.Options.Multiprocessors))
            throw new DriverError(CUresult.CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE);
    }

    /// <summary>How many blocks a multiprocessor holds at once.</summary>
    public static int BlocksPerSm(LoadedKernel kernel, int blockSize, nuint dynamicShared)
    {
        if (blockSize < 1 || blockSize > kernel.MaxThreadsPerBlock || dynamicShared > (nuint)(SharedPerBlockOptIn - kernel.CountedSharedBytes))
            return 0;
        var warps = (blockSize + WarpSize - 1) / WarpSize;
        var byThreads = ThreadsPerMultiprocessor / WarpSize / warps;
        var byRegisters = RegistersPerMultiprocessor / (RegistersPerThread * WarpSize * warps);
        var byShared = SharedPerMultiprocessor / ((int)dynamicShared + kernel.CountedSharedBytes + ReservedSharedPerBlock);
        return Math.Min(Math.Min(BlocksPerMultiprocessor, byThreads), Math.Min(byRegisters, byShared));
    }

    /// <summary>How many clusters of a launch the device holds at once.</summary>
    public static int Clusters(SoftwareDevice device, LoadedKernel kernel, in LaunchShape shape)
    {
        var size = (int)Math.Max(1, (ulong)shape.ClusterX * shape.ClusterY * shape.ClusterZ);
        return BlocksPerSm(kernel, (int)shape.Threads, shape.SharedBytes) * device.Options.Multiprocessors / size;
    }

    private static void CheckCluster(SoftwareDevice device, LoadedKernel kernel, in LaunchShape shape)
    {
        var size = (ulong)shape.ClusterX * shape.ClusterY * shape.ClusterZ;
        if (device.Options.ComputeCapability.Major < 9)
            throw new DriverError(CUresult.CUDA_ERROR_NOT_SUPPORTED);
        if (size == 0 || size > (kernel.AllowsNonPortableCluster ? LargestClusterSize : (ulong)PortableClusterSize))
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_CLUSTER_SIZE);
        if (shape.GridX % shape.ClusterX != 0 || shape.GridY % shape.ClusterY != 0 || shape.GridZ % shape.ClusterZ != 0)
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
    }
}
