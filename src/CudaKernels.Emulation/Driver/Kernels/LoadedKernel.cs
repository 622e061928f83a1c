using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>A kernel of a library with its attributes. One handle serves as CUkernel and as CUfunction.</summary>
internal sealed class LoadedKernel : DriverObject
{
    private int? _maxDynamicShared;
    private int _carveout = -1;
    private int _clusterPolicy;

    public LoadedKernel(LoadedLibrary library, KernelCode code)
    {
        Library = library;
        Code = code;
        NameBytes = NativeText.Keep(code.Name);
        ArgumentBytes = code.Parameters.Count == 0 ? 0 : code.Parameters.Max(parameter => parameter.Offset + parameter.Size);
    }

    public LoadedLibrary Library { get; }

    public KernelCode Code { get; }

    /// <summary>The name as a C string that lives as long as the process.</summary>
    public nint NameBytes { get; }

    public int ArgumentBytes { get; }

    public int MaxThreadsPerBlock => Code.MaxThreadsPerBlock is > 0 and < LaunchLimits.ThreadsPerBlock ? Code.MaxThreadsPerBlock : LaunchLimits.ThreadsPerBlock;

    /// <summary>What the kernel says it declares: never above what a kernel can declare.</summary>
    public int StaticSharedBytes => Math.Min(Code.StaticSharedBytes, LaunchLimits.SharedPerBlock);

    /// <summary>What limits count: an upper bound must not refuse a launch that a GPU would run, so it counts as nothing.</summary>
    public int CountedSharedBytes => Code.IsStaticSharedExact ? StaticSharedBytes : 0;

    /// <summary>The most dynamic shared memory of a launch: 48 KiB with the static part, unless the attribute says more.</summary>
    public int MaxDynamicSharedBytes => _maxDynamicShared ?? LaunchLimits.SharedPerBlock - CountedSharedBytes;

    public bool AllowsNonPortableCluster { get; private set; }

    public override string Noun => "kernel";

    public override bool IsLeakWhenLeft => false;

    public int GetAttribute(SoftwareDevice device, CUfunction_attribute attribute)
    {
        var capability = device.Options.ComputeCapability;
        return attribute switch
        {
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK => MaxThreadsPerBlock,
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES => StaticSharedBytes,
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_NUM_REGS => LaunchLimits.RegistersPerThread,
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_PTX_VERSION or CUfunction_attribute.CU_FUNC_ATTRIBUTE_BINARY_VERSION => capability.Major * 10 + capability.Minor,
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES => MaxDynamicSharedBytes,
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT => _carveout,
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED => AllowsNonPortableCluster ? 1 : 0,
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE => _clusterPolicy,
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES or CUfunction_attribute.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES
                or CUfunction_attribute.CU_FUNC_ATTRIBUTE_CACHE_MODE_CA or CUfunction_attribute.CU_FUNC_ATTRIBUTE_CLUSTER_SIZE_MUST_BE_SET => 0,
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH => (int)Code.Cluster.X,
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_HEIGHT => (int)Code.Cluster.Y,
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_DEPTH => (int)Code.Cluster.Z,
            _ => throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE),
        };
    }

    public void SetAttribute(CUfunction_attribute attribute, int value)
    {
        switch (attribute)
        {
            case CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES when value >= 0 && value <= LaunchLimits.SharedPerBlockOptIn - CountedSharedBytes:
                _maxDynamicShared = value;
                break;
            case CUfunction_attribute.CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT when value is >= -1 and <= 100:
                _carveout = value;
                break;
            case CUfunction_attribute.CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED:
                AllowsNonPortableCluster = value != 0;
                break;
            case CUfunction_attribute.CU_FUNC_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE:
                _clusterPolicy = value;
                break;
            default:
                throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
        }
    }
}
