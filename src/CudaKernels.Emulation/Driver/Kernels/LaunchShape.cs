using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The sizes of a launch. A cluster of 0 is none.</summary>
internal readonly record struct LaunchShape(uint GridX, uint GridY, uint GridZ, uint BlockX, uint BlockY, uint BlockZ, uint SharedBytes)
{
    public uint ClusterX { get; init; }

    public uint ClusterY { get; init; }

    public uint ClusterZ { get; init; }

    public bool IsCooperative { get; init; }

    /// <summary>Whether it may begin before the kernel that it follows in its stream is over.</summary>
    public bool IsProgrammaticDependent { get; init; }

    public bool HasCluster => ClusterX != 0;

    public ulong Blocks => (ulong)GridX * GridY * GridZ;

    public ulong Threads => (ulong)BlockX * BlockY * BlockZ;

    /// <summary>The shape with the cluster that the kernel declares, where it declares one.</summary>
    /// <exception cref="DriverError">The launch asks for another.</exception>
    public LaunchShape Of(LoadedKernel kernel)
    {
        var cluster = kernel.Code.Cluster;
        if (cluster == default)
            return this;
        if (HasCluster && cluster != new Dim3(ClusterX, ClusterY, ClusterZ))
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_CLUSTER_SIZE);
        return this with { ClusterX = cluster.X, ClusterY = cluster.Y, ClusterZ = cluster.Z };
    }

    /// <summary>Reads the attributes of cuLaunchKernelEx; those that only advise are passed over.</summary>
    public static unsafe LaunchShape From(CUlaunchConfig* config)
    {
        var shape = new LaunchShape(config->gridDimX, config->gridDimY, config->gridDimZ, config->blockDimX, config->blockDimY, config->blockDimZ, config->sharedMemBytes);
        for (var i = 0u; i < config->numAttrs; i++)
        {
            var value = &config->attrs[i].value;
            switch (config->attrs[i].id)
            {
                case CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_COOPERATIVE:
                    shape = shape with { IsCooperative = value->cooperative != 0 };
                    break;
                case CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION:
                    shape = shape with { ClusterX = value->clusterDim.x, ClusterY = value->clusterDim.y, ClusterZ = value->clusterDim.z };
                    break;
                case CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION:
                    shape = shape with { IsProgrammaticDependent = value->programmaticStreamSerializationAllowed != 0 };
                    break;
                case CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT:
                case CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT:
                case CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE:
                    throw new DriverError(CUresult.CUDA_ERROR_NOT_SUPPORTED);
                case < CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_IGNORE or > CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_SHARED_MEMORY_MODE:
                    throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
            }
        }

        return shape;
    }
}
