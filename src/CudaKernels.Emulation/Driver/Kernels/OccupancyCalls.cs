using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions that tell how many blocks fit.</summary>
internal static unsafe class OccupancyCalls
{
    public static CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int* numBlocks, CUfunction func, int blockSize, nuint dynamicSMemSize)
    {
        ContextStack.Require();
        var kernel = HandleTable.Find<LoadedKernel>(func.Value);
        if (numBlocks is null || blockSize < 1)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *numBlocks = LaunchLimits.BlocksPerSm(kernel, blockSize, dynamicSMemSize);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* numBlocks, CUfunction func, int blockSize, nuint dynamicSMemSize, uint flags) =>
        cuOccupancyMaxActiveBlocksPerMultiprocessor(numBlocks, func, blockSize, dynamicSMemSize);

    public static CUresult cuOccupancyMaxPotentialBlockSize(int* minGridSize, int* blockSize, CUfunction func, void* blockSizeToDynamicSMemSize, nuint dynamicSMemSize, int blockSizeLimit)
    {
        var context = ContextStack.Require();
        var kernel = HandleTable.Find<LoadedKernel>(func.Value);
        if (minGridSize is null || blockSize is null || blockSizeLimit < 0)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var sharedOf = (delegate* unmanaged<int, nuint>)blockSizeToDynamicSMemSize;
        var limit = Math.Min(kernel.MaxThreadsPerBlock, blockSizeLimit == 0 ? int.MaxValue : blockSizeLimit);
        var (bestThreads, bestBlocks, bestSize) = (0, 0, 0);
        for (var size = (limit + LaunchLimits.WarpSize - 1) / LaunchLimits.WarpSize * LaunchLimits.WarpSize; size > 0; size -= LaunchLimits.WarpSize)
        {
            var threads = Math.Min(size, limit);
            var blocks = LaunchLimits.BlocksPerSm(kernel, threads, sharedOf is null ? dynamicSMemSize : sharedOf(threads));
            if (blocks * threads > bestThreads)
                (bestThreads, bestBlocks, bestSize) = (blocks * threads, blocks, threads);
        }

        (*minGridSize, *blockSize) = (bestBlocks * context.Device.Options.Multiprocessors, bestSize);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuOccupancyMaxPotentialBlockSizeWithFlags(int* minGridSize, int* blockSize, CUfunction func, void* blockSizeToDynamicSMemSize, nuint dynamicSMemSize, int blockSizeLimit, uint flags) =>
        cuOccupancyMaxPotentialBlockSize(minGridSize, blockSize, func, blockSizeToDynamicSMemSize, dynamicSMemSize, blockSizeLimit);

    public static CUresult cuOccupancyAvailableDynamicSMemPerBlock(nuint* dynamicSmemSize, CUfunction func, int numBlocks, int blockSize)
    {
        ContextStack.Require();
        var kernel = HandleTable.Find<LoadedKernel>(func.Value);
        if (dynamicSmemSize is null || numBlocks < 1 || blockSize < 1)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var perBlock = LaunchLimits.SharedPerMultiprocessor / numBlocks - LaunchLimits.ReservedSharedPerBlock - kernel.CountedSharedBytes;
        *dynamicSmemSize = (nuint)Math.Clamp(perBlock, 0, LaunchLimits.SharedPerBlockOptIn - kernel.CountedSharedBytes);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuOccupancyMaxPotentialClusterSize(int* clusterSize, CUfunction func, CUlaunchConfig* config)
    {
        ContextStack.Require();
        var kernel = HandleTable.Find<LoadedKernel>(func.Value);
        if (clusterSize is null || config is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *clusterSize = kernel.AllowsNonPortableCluster ? LaunchLimits.LargestClusterSize : LaunchLimits.PortableClusterSize;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuOccupancyMaxActiveClusters(int* numClusters, CUfunction func, CUlaunchConfig* config)
    {
        var context = ContextStack.Require();
        var kernel = HandleTable.Find<LoadedKernel>(func.Value);
        if (numClusters is null || config is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *numClusters = LaunchLimits.Clusters(context.Device, kernel, LaunchShape.From(config));
        return CUresult.CUDA_SUCCESS;
    }
}
