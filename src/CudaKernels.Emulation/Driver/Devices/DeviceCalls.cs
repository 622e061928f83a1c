using System.Buffers.Binary;
using System.Text;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions about devices.</summary>
internal static unsafe class DeviceCalls
{
    public static CUresult cuInit(uint Flags) => Flags == 0 ? CUresult.CUDA_SUCCESS : CUresult.CUDA_ERROR_INVALID_VALUE;

    public static CUresult cuDriverGetVersion(int* driverVersion)
    {
        if (driverVersion is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *driverVersion = SoftwareDriver.Version;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuDeviceGet(CUdevice* device, int ordinal)
    {
        if (device is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *device = new CUdevice(SoftwareDriver.Find(new CUdevice(ordinal)).Ordinal);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuDeviceGetCount(int* count)
    {
        if (count is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *count = SoftwareDriver.Count;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuDeviceGetName(byte* name, int len, CUdevice dev)
    {
        SoftwareDriver.Find(dev);
        return WriteText(DeviceAttributes.Name, name, len);
    }

    public static CUresult cuDeviceGetUuid(CUuuid* uuid, CUdevice dev)
    {
        SoftwareDriver.Find(dev);
        if (uuid is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var bytes = new Span<byte>(uuid->bytes, 16);
        "emulated"u8.CopyTo(bytes);
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], Environment.ProcessId);
        BinaryPrimitives.WriteInt32BigEndian(bytes[12..], dev.Value);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuDeviceGetUuid_v1(CUuuid* uuid, CUdevice dev) => cuDeviceGetUuid(uuid, dev);

    public static CUresult cuDeviceTotalMem(nuint* bytes, CUdevice dev)
    {
        var device = SoftwareDriver.Find(dev);
        if (bytes is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *bytes = (nuint)device.Memory.Total;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuDeviceGetAttribute(int* pi, CUdevice_attribute attrib, CUdevice dev)
    {
        var device = SoftwareDriver.Find(dev);
        return pi is null ? CUresult.CUDA_ERROR_INVALID_VALUE : DeviceAttributes.Get(device, attrib, out *pi);
    }

    public static CUresult cuDeviceComputeCapability(int* major, int* minor, CUdevice dev)
    {
        var device = SoftwareDriver.Find(dev);
        if (major is null || minor is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        (*major, *minor) = (device.Options.ComputeCapability.Major, device.Options.ComputeCapability.Minor);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuDeviceGetPCIBusId(byte* pciBusId, int len, CUdevice dev)
    {
        var device = SoftwareDriver.Find(dev);
        return WriteText($"{device.Ordinal >> 8:x4}:{device.Ordinal & 0xFF:x2}:00.0", pciBusId, len);
    }

    public static CUresult cuDeviceCanAccessPeer(int* canAccessPeer, CUdevice dev, CUdevice peerDev)
    {
        SoftwareDriver.Find(dev);
        SoftwareDriver.Find(peerDev);
        if (canAccessPeer is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *canAccessPeer = 0;
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuDeviceGetDefaultMemPool(CUmemoryPool* pool_out, CUdevice dev)
    {
        var device = SoftwareDriver.Find(dev);
        if (pool_out is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *pool_out = new CUmemoryPool(device.Memory.DefaultPool.Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuDeviceGetMemPool(CUmemoryPool* pool, CUdevice dev)
    {
        var device = SoftwareDriver.Find(dev);
        if (pool is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        *pool = new CUmemoryPool(device.Memory.CurrentPool.Handle);
        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuDeviceSetMemPool(CUdevice dev, CUmemoryPool pool)
    {
        var device = SoftwareDriver.Find(dev);
        var chosen = HandleTable.Find<SoftwarePool>(pool.Value);
        if (chosen.Device != device)
            return CUresult.CUDA_ERROR_INVALID_DEVICE;
        device.Memory.CurrentPool = chosen;
        return CUresult.CUDA_SUCCESS;
    }

    // A text that does not fit is cut, and always ended.
    private static CUresult WriteText(string text, byte* target, int length)
    {
        if (target is null || length <= 0)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var bytes = Encoding.UTF8.GetBytes(text);
        var count = Math.Min(bytes.Length, length - 1);
        bytes.AsSpan(0, count).CopyTo(new Span<byte>(target, count));
        target[count] = 0;
        return CUresult.CUDA_SUCCESS;
    }
}
