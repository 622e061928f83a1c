using CudaKernels.Interop;
using static CudaKernels.Interop.CUdevice_attribute;

namespace CudaKernels.Emulation;

/// <summary>What the device says of itself: an H100's limits with the options' size.</summary>
internal static class DeviceAttributes
{
    public const string Name = "Software CUDA device";

    public static CUresult Get(SoftwareDevice device, CUdevice_attribute attribute, out int value)
    {
        var capability = device.Options.ComputeCapability;
        var isHopper = capability.Major >= 9 ? 1 : 0;
        int? known = attribute switch
        {
            CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK => LaunchLimits.ThreadsPerBlock,
            CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X => LaunchLimits.BlockX,
            CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y => LaunchLimits.BlockY,
            CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z => LaunchLimits.BlockZ,
            CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X => LaunchLimits.GridX,
            CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y => LaunchLimits.GridY,
            CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z => LaunchLimits.GridZ,
            CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK => LaunchLimits.SharedPerBlock,
            CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN => LaunchLimits.SharedPerBlockOptIn,
            CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR => LaunchLimits.SharedPerMultiprocessor,
            CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK => LaunchLimits.ReservedSharedPerBlock,
            CU_DEVICE_ATTRIBUTE_TOTAL_CONSTANT_MEMORY => 65536,
            CU_DEVICE_ATTRIBUTE_WARP_SIZE => LaunchLimits.WarpSize,
            CU_DEVICE_ATTRIBUTE_MAX_PITCH => int.MaxValue,
            CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK or CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR => LaunchLimits.RegistersPerMultiprocessor,
            CU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT => 512,
            CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT => device.Options.Multiprocessors,
            CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR => LaunchLimits.ThreadsPerMultiprocessor,
            CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR => LaunchLimits.BlocksPerMultiprocessor,
            CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR => capability.Major,
            CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR => capability.Minor,
            CU_DEVICE_ATTRIBUTE_COMPUTE_MODE => (int)CUcomputemode.CU_COMPUTEMODE_DEFAULT,
            CU_DEVICE_ATTRIBUTE_CONCURRENT_KERNELS => 1,
            CU_DEVICE_ATTRIBUTE_ASYNC_ENGINE_COUNT => 1,
            CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING => 1,
            CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY => 1,
            CU_DEVICE_ATTRIBUTE_STREAM_PRIORITIES_SUPPORTED => 1,
            CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY => 1,
            CU_DEVICE_ATTRIBUTE_CONCURRENT_MANAGED_ACCESS => 1,
            CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH => 1,
            CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH => isHopper,
            CU_DEVICE_ATTRIBUTE_TENSOR_MAP_ACCESS_SUPPORTED => isHopper,
            CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED => 1,
            CU_DEVICE_ATTRIBUTE_HOST_REGISTER_SUPPORTED => 1,
            CU_DEVICE_ATTRIBUTE_CAN_USE_HOST_POINTER_FOR_REGISTERED_MEM => 1,
            CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE => 50 << 20,
            CU_DEVICE_ATTRIBUTE_SINGLE_TO_DOUBLE_PRECISION_PERF_RATIO => 2,
            CU_DEVICE_ATTRIBUTE_PCI_BUS_ID => device.Ordinal & 0xFF,
            CU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID => device.Ordinal >> 8,

            // The device has no clock of its own, no watchdog, no ECC and no memory shared with the host's chip.
            _ => Enum.IsDefined(attribute) && attribute > 0 && attribute < CU_DEVICE_ATTRIBUTE_MAX ? 0 : null,
        };
        value = known ?? 0;
        return known is null ? CUresult.CUDA_ERROR_INVALID_VALUE : CUresult.CUDA_SUCCESS;
    }
}
