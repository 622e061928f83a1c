using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The native entries of <see cref="DeviceCalls"/>: each names itself, does the work and lets no exception out.</summary>
internal static unsafe class DeviceEntries
{
    /// <summary>Adds the address of each entry under its name.</summary>
    public static void AddTo(Dictionary<string, nint> table)
    {
        table["cuInit"] = (nint)(delegate* unmanaged<uint, CUresult>)&cuInit;
        table["cuDriverGetVersion"] = (nint)(delegate* unmanaged<int*, CUresult>)&cuDriverGetVersion;
        table["cuDeviceGet"] = (nint)(delegate* unmanaged<CUdevice*, int, CUresult>)&cuDeviceGet;
        table["cuDeviceGetCount"] = (nint)(delegate* unmanaged<int*, CUresult>)&cuDeviceGetCount;
        table["cuDeviceGetName"] = (nint)(delegate* unmanaged<byte*, int, CUdevice, CUresult>)&cuDeviceGetName;
        table["cuDeviceGetUuid"] = (nint)(delegate* unmanaged<CUuuid*, CUdevice, CUresult>)&cuDeviceGetUuid;
        table["cuDeviceGetUuid_v1"] = (nint)(delegate* unmanaged<CUuuid*, CUdevice, CUresult>)&cuDeviceGetUuid_v1;
        table["cuDeviceTotalMem"] = (nint)(delegate* unmanaged<nuint*, CUdevice, CUresult>)&cuDeviceTotalMem;
        table["cuDeviceGetAttribute"] = (nint)(delegate* unmanaged<int*, CUdevice_attribute, CUdevice, CUresult>)&cuDeviceGetAttribute;
        table["cuDeviceComputeCapability"] = (nint)(delegate* unmanaged<int*, int*, CUdevice, CUresult>)&cuDeviceComputeCapability;
        table["cuDeviceGetPCIBusId"] = (nint)(delegate* unmanaged<byte*, int, CUdevice, CUresult>)&cuDeviceGetPCIBusId;
        table["cuDeviceCanAccessPeer"] = (nint)(delegate* unmanaged<int*, CUdevice, CUdevice, CUresult>)&cuDeviceCanAccessPeer;
        table["cuDeviceGetDefaultMemPool"] = (nint)(delegate* unmanaged<CUmemoryPool*, CUdevice, CUresult>)&cuDeviceGetDefaultMemPool;
        table["cuDeviceGetMemPool"] = (nint)(delegate* unmanaged<CUmemoryPool*, CUdevice, CUresult>)&cuDeviceGetMemPool;
        table["cuDeviceSetMemPool"] = (nint)(delegate* unmanaged<CUdevice, CUmemoryPool, CUresult>)&cuDeviceSetMemPool;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuInit(uint Flags)
    {
        try
        {
            SoftwareCall.Begin("cuInit");
            return DeviceCalls.cuInit(Flags);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDriverGetVersion(int* driverVersion)
    {
        try
        {
            SoftwareCall.Begin("cuDriverGetVersion");
            return DeviceCalls.cuDriverGetVersion(driverVersion);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceGet(CUdevice* device, int ordinal)
    {
        try
        {
            SoftwareCall.Begin("cuDeviceGet", new CUdevice(ordinal));
            return DeviceCalls.cuDeviceGet(device, ordinal);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceGetCount(int* count)
    {
        try
        {
            SoftwareCall.Begin("cuDeviceGetCount");
            return DeviceCalls.cuDeviceGetCount(count);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceGetName(byte* name, int len, CUdevice dev)
    {
        try
        {
            SoftwareCall.Begin("cuDeviceGetName", dev);
            return DeviceCalls.cuDeviceGetName(name, len, dev);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceGetUuid(CUuuid* uuid, CUdevice dev)
    {
        try
        {
            SoftwareCall.Begin("cuDeviceGetUuid", dev);
            return DeviceCalls.cuDeviceGetUuid(uuid, dev);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceGetUuid_v1(CUuuid* uuid, CUdevice dev)
    {
        try
        {
            SoftwareCall.Begin("cuDeviceGetUuid_v1", dev);
            return DeviceCalls.cuDeviceGetUuid_v1(uuid, dev);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceTotalMem(nuint* bytes, CUdevice dev)
    {
        try
        {
            SoftwareCall.Begin("cuDeviceTotalMem", dev);
            return DeviceCalls.cuDeviceTotalMem(bytes, dev);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceGetAttribute(int* pi, CUdevice_attribute attrib, CUdevice dev)
    {
        try
        {
            SoftwareCall.Begin("cuDeviceGetAttribute", dev);
            return DeviceCalls.cuDeviceGetAttribute(pi, attrib, dev);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceComputeCapability(int* major, int* minor, CUdevice dev)
    {
        try
        {
            SoftwareCall.Begin("cuDeviceComputeCapability", dev);
            return DeviceCalls.cuDeviceComputeCapability(major, minor, dev);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceGetPCIBusId(byte* pciBusId, int len, CUdevice dev)
    {
        try
        {
            SoftwareCall.Begin("cuDeviceGetPCIBusId", dev);
            return DeviceCalls.cuDeviceGetPCIBusId(pciBusId, len, dev);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceCanAccessPeer(int* canAccessPeer, CUdevice dev, CUdevice peerDev)
    {
        try
        {
            SoftwareCall.Begin("cuDeviceCanAccessPeer", dev);
            return DeviceCalls.cuDeviceCanAccessPeer(canAccessPeer, dev, peerDev);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceGetDefaultMemPool(CUmemoryPool* pool_out, CUdevice dev)
    {
        try
        {
            SoftwareCall.Begin("cuDeviceGetDefaultMemPool", dev);
            return DeviceCalls.cuDeviceGetDefaultMemPool(pool_out, dev);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceGetMemPool(CUmemoryPool* pool, CUdevice dev)
    {
        try
        {
            SoftwareCall.Begin("cuDeviceGetMemPool", dev);
            return DeviceCalls.cuDeviceGetMemPool(pool, dev);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceSetMemPool(CUdevice dev, CUmemoryPool pool)
    {
        try
        {
            SoftwareCall.Begin("cuDeviceSetMemPool", dev);
            return DeviceCalls.cuDeviceSetMemPool(dev, pool);
        }
        catch (Exception failure)
        {
            return SoftwareCall.Caught(failure);
        }
    }
}
