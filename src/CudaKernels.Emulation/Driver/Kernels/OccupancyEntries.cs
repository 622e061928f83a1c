using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="OccupancyCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class OccupancyEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuOccupancyMaxActiveBlocksPerMultiprocessor"] = (nint)(delegate* unmanaged<int*, CUfunction, int, nuint, CUresult>)&cuOccupancyMaxActiveBlocksPerMultiprocessor;
        table["cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags"] = (nint)(delegate* unmanaged<int*, CUfunction, int, nuint, uint, CUresult>)&cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags;
        table["cuOccupancyMaxPotentialBlockSize"] = (nint)(delegate* unmanaged<int*, int*, CUfunction, void*, nuint, int, CUresult>)&cuOccupancyMaxPotentialBlockSize;
        table["cuOccupancyMaxPotentialBlockSizeWithFlags"] = (nint)(delegate* unmanaged<int*, int*, CUfunction, void*, nuint, int, uint, CUresult>)&cuOccupancyMaxPotentialBlockSizeWithFlags;
        table["cuOccupancyAvailableDynamicSMemPerBlock"] = (nint)(delegate* unmanaged<nuint*, CUfunction, int, int, CUresult>)&cuOccupancyAvailableDynamicSMemPerBlock;
        table["cuOccupancyMaxPotentialClusterSize"] = (nint)(delegate* unmanaged<int*, CUfunction, CUlaunchConfig*, CUresult>)&cuOccupancyMaxPotentialClusterSize;
        table["cuOccupancyMaxActiveClusters"] = (nint)(delegate* unmanaged<int*, CUfunction, CUlaunchConfig*, CUresult>)&cuOccupancyMaxActiveClusters;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int* numBlocks, CUfunction func, int blockSize, nuint dynamicSMemSize)
    {
        try
        {
            SoftwareCall.Begin("cuOccupancyMaxActiveBlocksPerMultiprocessor");
            return OccupancyCalls.cuOccupancyMaxActiveBlocksPerMultiprocessor(numBlocks, func, blockSize, dynamicSMemSize);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* numBlocks, CUfunction func, int blockSize, nuint dynamicSMemSize, uint flags)
    {
        try
        {
            SoftwareCall.Begin("cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags");
            return OccupancyCalls.cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(numBlocks, func, blockSize, dynamicSMemSize, flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuOccupancyMaxPotentialBlockSize(int* minGridSize, int* blockSize, CUfunction func, void* blockSizeToDynamicSMemSize, nuint dynamicSMemSize, int blockSizeLimit)
    {
        try
        {
            SoftwareCall.Begin("cuOccupancyMaxPotentialBlockSize");
            return OccupancyCalls.cuOccupancyMaxPotentialBlockSize(minGridSize, blockSize, func, blockSizeToDynamicSMemSize, dynamicSMemSize, blockSizeLimit);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuOccupancyMaxPotentialBlockSizeWithFlags(int* minGridSize, int* blockSize, CUfunction func, void* blockSizeToDynamicSMemSize, nuint dynamicSMemSize, int blockSizeLimit, uint flags)
    {
        try
        {
            SoftwareCall.Begin("cuOccupancyMaxPotentialBlockSizeWithFlags");
            return OccupancyCalls.cuOccupancyMaxPotentialBlockSizeWithFlags(minGridSize, blockSize, func, blockSizeToDynamicSMemSize, dynamicSMemSize, blockSizeLimit, flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuOccupancyAvailableDynamicSMemPerBlock(nuint* dynamicSmemSize, CUfunction func, int numBlocks, int blockSize)
    {
        try
        {
            SoftwareCall.Begin("cuOccupancyAvailableDynamicSMemPerBlock");
            return OccupancyCalls.cuOccupancyAvailableDynamicSMemPerBlock(dynamicSmemSize, func, numBlocks, blockSize);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuOccupancyMaxPotentialClusterSize(int* clusterSize, CUfunction func, CUlaunchConfig* config)
    {
        try
        {
            SoftwareCall.Begin("cuOccupancyMaxPotentialClusterSize");
            return OccupancyCalls.cuOccupancyMaxPotentialClusterSize(clusterSize, func, config);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuOccupancyMaxActiveClusters(int* numClusters, CUfunction func, CUlaunchConfig* config)
    {
        try
        {
            SoftwareCall.Begin("cuOccupancyMaxActiveClusters");
            return OccupancyCalls.cuOccupancyMaxActiveClusters(numClusters, func, config);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
