using System.Runtime.InteropServices;
using System.Text;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>What a CUDA device is and can do, read once. Sizes are in bytes, rates in kilohertz, as the driver gives them.</summary>
public sealed record DeviceSpecification
{
    /// <summary>The device's number in this process, from 0.</summary>
    public required int Ordinal { get; init; }

    /// <summary>The product name.</summary>
    public required string Name { get; init; }

    /// <summary>The device's unique id, as <c>GPU-xxxxxxxx-xxxx-…</c>.</summary>
    public required string Uuid { get; init; }

    /// <summary>The place on the PCI bus, <c>domain:bus:device</c> in hexadecimal.</summary>
    public required string PciAddress { get; init; }

    /// <summary>The highest CUDA version that the driver supports, such as 12.8.</summary>
    public required Version DriverVersion { get; init; }

    /// <summary>The compute capability, such as 9.0.</summary>
    public required Version ComputeCapability { get; init; }

    /// <summary>The device's memory.</summary>
    public required ulong TotalMemory { get; init; }

    /// <summary>Streaming multiprocessors.</summary>
    public required int MultiprocessorCount { get; init; }

    /// <summary>Threads of a warp: 32.</summary>
    public required int WarpSize { get; init; }

    /// <summary>The most threads of a block.</summary>
    public required int MaxThreadsPerBlock { get; init; }

    /// <summary>The largest block along each dimension.</summary>
    public required Dim3 MaxBlock { get; init; }

    /// <summary>The largest grid along each dimension.</summary>
    public required Dim3 MaxGrid { get; init; }

    /// <summary>The most threads resident on a multiprocessor.</summary>
    public required int MaxThreadsPerMultiprocessor { get; init; }

    /// <summary>The most blocks resident on a multiprocessor.</summary>
    public required int MaxBlocksPerMultiprocessor { get; init; }

    /// <summary>Registers that one block may use.</summary>
    public required int RegistersPerBlock { get; init; }

    /// <summary>Registers of a multiprocessor.</summary>
    public required int RegistersPerMultiprocessor { get; init; }

    /// <summary>Shared memory of a block without opting in.</summary>
    public required int SharedMemoryPerBlock { get; init; }

    /// <summary>Shared memory of a block for kernels that opt in, which a launch does by itself.</summary>
    public required int SharedMemoryPerBlockOptIn { get; init; }

    /// <summary>Shared memory of a multiprocessor.</summary>
    public required int SharedMemoryPerMultiprocessor { get; init; }

    /// <summary>Shared memory that the system takes of each block.</summary>
    public required int ReservedSharedMemoryPerBlock { get; init; }

    /// <summary>Constant memory.</summary>
    public required int ConstantMemory { get; init; }

    /// <summary>The second-level cache.</summary>
    public required int L2CacheSize { get; init; }

    /// <summary>How much of the second-level cache can be set aside for persisting data.</summary>
    public required int MaxPersistingL2CacheSize { get; init; }

    /// <summary>The peak clock of the multiprocessors in kHz; 0 where the driver does not tell.</summary>
    public required int ClockRate { get; init; }

    /// <summary>The peak clock of the memory in kHz; 0 where the driver does not tell.</summary>
    public required int MemoryClockRate { get; init; }

    /// <summary>The width of the memory bus in bits.</summary>
    public required int MemoryBusWidth { get; init; }

    /// <summary>Engines that copy while kernels run.</summary>
    public required int CopyEngineCount { get; init; }

    /// <summary>Single-precision speed over double-precision speed.</summary>
    public required int SingleToDoubleRatio { get; init; }

    /// <summary>Whether kernels of several streams run at once.</summary>
    public required bool SupportsConcurrentKernels { get; init; }

    /// <summary>Whether all blocks of a launch can be resident together and synchronise.</summary>
    public required bool SupportsCooperativeLaunch { get; init; }

    /// <summary>Whether blocks can be launched in clusters.</summary>
    public required bool SupportsClusters { get; init; }

    /// <summary>Whether there are stream-ordered memory pools.</summary>
    public required bool SupportsMemoryPools { get; init; }

    /// <summary>Whether kernels take tensor maps.</summary>
    public required bool SupportsTensorMaps { get; init; }

    /// <summary>Whether memory can be shared with the host and migrate.</summary>
    public required bool SupportsManagedMemory { get; init; }

    /// <summary>Whether kernels can read ordinary host memory.</summary>
    public required bool SupportsPageableMemoryAccess { get; init; }

    /// <summary>Whether error correction of the memory is on.</summary>
    public required bool IsEccEnabled { get; init; }

    /// <summary>Whether the device is part of the host's chip and shares its memory.</summary>
    public required bool IsIntegrated { get; init; }

    /// <summary>Whether long kernels are ended by a watchdog, as on a GPU that drives a display.</summary>
    public required bool HasKernelTimeout { get; init; }

    /// <summary>The theoretical bandwidth of the memory in bytes per second: clock · 2 · width / 8; 0 where the clock is not told.</summary>
    public double PeakMemoryBandwidth => MemoryClockRate * 1000.0 * 2 * MemoryBusWidth / 8;

    internal static unsafe DeviceSpecification Read(DriverApi driver, int ordinal, CUdevice device)
    {
        int version;
        DriverCall.Check(driver.cuDriverGetVersion(&version), $"cuDriverGetVersion()");
        var nameBytes = stackalloc byte[256];
        DriverCall.Check(driver.cuDeviceGetName(nameBytes, 256, device), $"cuDeviceGetName({ordinal})");
        nuint memory;
        DriverCall.Check(driver.cuDeviceTotalMem(&memory, device), $"cuDeviceTotalMem({ordinal})");
        return new DeviceSpecification
        {
            Ordinal = ordinal,
            Name = Marshal.PtrToStringUTF8((nint)nameBytes) ?? "",
            Uuid = ReadUuid(driver, device),
            PciAddress = $"{Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_PCI_DOMAIN_ID):x4}:{Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_PCI_BUS_ID):x2}:{Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_PCI_DEVICE_ID):x2}",
            DriverVersion = new Version(version / 1000, version % 1000 / 10),
            ComputeCapability = new Version(Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR), Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR)),
            TotalMemory = memory,
            MultiprocessorCount = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
            WarpSize = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_WARP_SIZE),
            MaxThreadsPerBlock = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK),
            MaxBlock = Size(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z),
            MaxGrid = Size(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z),
            MaxThreadsPerMultiprocessor = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR),
            MaxBlocksPerMultiprocessor = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR),
            RegistersPerBlock = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK),
            RegistersPerMultiprocessor = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR),
            SharedMemoryPerBlock = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK),
            SharedMemoryPerBlockOptIn = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
            SharedMemoryPerMultiprocessor = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR),
            ReservedSharedMemoryPerBlock = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK),
            ConstantMemory = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_TOTAL_CONSTANT_MEMORY),
            L2CacheSize = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE),
            MaxPersistingL2CacheSize = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_PERSISTING_L2_CACHE_SIZE),
            ClockRate = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLOCK_RATE),
            MemoryClockRate = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE),
            MemoryBusWidth = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH),
            CopyEngineCount = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_ASYNC_ENGINE_COUNT),
            SingleToDoubleRatio = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_SINGLE_TO_DOUBLE_PRECISION_PERF_RATIO),
            SupportsConcurrentKernels = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CONCURRENT_KERNELS) != 0,
            SupportsCooperativeLaunch = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH) != 0,
            SupportsClusters = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH) != 0,
            SupportsMemoryPools = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED) != 0,
            SupportsTensorMaps = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_TENSOR_MAP_ACCESS_SUPPORTED) != 0,
            SupportsManagedMemory = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY) != 0,
            SupportsPageableMemoryAccess = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS) != 0,
            IsEccEnabled = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_ECC_ENABLED) != 0,
            IsIntegrated = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_INTEGRATED) != 0,
            HasKernelTimeout = Get(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_KERNEL_EXEC_TIMEOUT) != 0,
        };

        Dim3 Size(CUdevice_attribute x, CUdevice_attribute y, CUdevice_attribute z) => new((uint)Get(x), (uint)Get(y), (uint)Get(z));

        // An attribute that this driver does not know yet is something that the device does not have.
        int Get(CUdevice_attribute attribute)
        {
            int value;
            var result = driver.cuDeviceGetAttribute(&value, attribute, device);
            if (result == CUresult.CUDA_ERROR_INVALID_VALUE)
                return 0;
            DriverCall.Check(result, $"cuDeviceGetAttribute({attribute}, {ordinal})");
            return value;
        }
    }

    private static unsafe string ReadUuid(DriverApi driver, CUdevice device)
    {
        CUuuid uuid;
        DriverCall.Check(driver.cuDeviceGetUuid(&uuid, device), $"cuDeviceGetUuid({device.Value})");
        var text = new StringBuilder("GPU-");
        for (var i = 0; i < 16; i++)
        {
            if (i is 4 or 6 or 8 or 10)
                text.Append('-');
            text.Append(uuid.bytes[i].ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
