using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Tests.Runtime;

// Device, context, memory.
internal sealed unsafe partial class FakeDriver
{
    [UnmanagedCallersOnly]
    private static CUresult cuInit(uint flags) => Answer("cuInit");

    [UnmanagedCallersOnly]
    private static CUresult cuDriverGetVersion(int* version) => Give(version, 12080, "cuDriverGetVersion");

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceGetCount(int* count) => Give(count, 1, "cuDeviceGetCount");

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceGet(CUdevice* device, int ordinal) => Give(device, new CUdevice(ordinal), "cuDeviceGet");

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceGetName(byte* name, int length, CUdevice device)
    {
        "Fake GPU\0"u8.CopyTo(new Span<byte>(name, length));
        return Answer("cuDeviceGetName");
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceTotalMem(nuint* bytes, CUdevice device) => Give(bytes, (nuint)(1 << 30), "cuDeviceTotalMem");

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceGetUuid(CUuuid* uuid, CUdevice device) => Give(uuid, default, "cuDeviceGetUuid");

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceGetAttribute(int* value, CUdevice_attribute attribute, CUdevice device)
    {
        int? known = attribute switch
        {
            CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR => 9,
            CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR => 0,
            CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK or CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X or CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y => 1024,
            CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z => 64,
            CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X => int.MaxValue,
            CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y or CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z => 65535,
            CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK => 48 << 10,
            CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN => 227 << 10,
            CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK => 65536,
            CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED or CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH or CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH => 1,
            _ => null,
        };
        *value = known ?? -1;
        return known is null ? CUresult.CUDA_ERROR_INVALID_VALUE : CUresult.CUDA_SUCCESS;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuDeviceGetDefaultMemPool(CUmemoryPool* pool, CUdevice device) => Give(pool, new CUmemoryPool(7), "cuDeviceGetDefaultMemPool");

    [UnmanagedCallersOnly]
    private static CUresult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device) => Give(context, new CUcontext(5), "cuDevicePrimaryCtxRetain");

    [UnmanagedCallersOnly]
    private static CUresult cuDevicePrimaryCtxRelease(CUdevice device) => Answer("cuDevicePrimaryCtxRelease");

    [UnmanagedCallersOnly]
    private static CUresult cuCtxSetCurrent(CUcontext context) => Answer("cuCtxSetCurrent");

    [UnmanagedCallersOnly]
    private static CUresult cuCtxSynchronize()
    {
        DeviceSynchronizing?.Invoke();
        return Answer("cuCtxSynchronize");
    }

    [UnmanagedCallersOnly]
    private static CUresult cuCtxGetStreamPriorityRange(int* least, int* greatest)
    {
        (*least, *greatest) = (0, -5);
        return Answer("cuCtxGetStreamPriorityRange");
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemPoolSetAttribute(CUmemoryPool pool, CUmemPool_attribute attribute, void* value) => Answer("cuMemPoolSetAttribute", $"{attribute} {*(ulong*)value}");

    [UnmanagedCallersOnly]
    private static CUresult cuMemPoolGetAttribute(CUmemoryPool pool, CUmemPool_attribute attribute, void* value) => Give((ulong*)value, 3UL << 20, "cuMemPoolGetAttribute");

    [UnmanagedCallersOnly]
    private static CUresult cuMemPoolTrimTo(CUmemoryPool pool, nuint bytes) => Answer("cuMemPoolTrimTo");

    [UnmanagedCallersOnly]
    private static CUresult cuMemGetInfo(nuint* free, nuint* total)
    {
        (*free, *total) = (2 << 20, 1 << 30);
        return Answer("cuMemGetInfo");
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemAllocFromPoolAsync(CUdeviceptr* address, nuint size, CUmemoryPool pool, CUstream stream) => Allocate(address, size, "cuMemAllocFromPoolAsync");

    [UnmanagedCallersOnly]
    private static CUresult cuMemAlloc(CUdeviceptr* address, nuint size) => Allocate(address, size, "cuMemAlloc");

    [UnmanagedCallersOnly]
    private static CUresult cuMemFreeAsync(CUdeviceptr address, CUstream stream) => Release(s_device, (nint)address.Value, "cuMemFreeAsync", $"{stream.Value}");

    [UnmanagedCallersOnly]
    private static CUresult cuMemFree(CUdeviceptr address) => Release(s_device, (nint)address.Value, "cuMemFree", null);

    [UnmanagedCallersOnly]
    private static CUresult cuMemHostAlloc(void** address, nuint size, uint flags)
    {
        var answer = Answer("cuMemHostAlloc");
        if (answer != CUresult.CUDA_SUCCESS)
            return answer;
        *address = NativeMemory.AlignedAlloc(size, 256);
        lock (s_gate)
            s_host.Add((nint)(*address));
        return answer;
    }

    [UnmanagedCallersOnly]
    private static CUresult cuMemFreeHost(void* address) => Release(s_host, (nint)address, "cuMemFreeHost", null);

    [UnmanagedCallersOnly]
    private static CUresult cuMemcpyHtoDAsync(CUdeviceptr to, void* from, nuint size, CUstream stream) => Copy((void*)to.Value, from, size, "cuMemcpyHtoDAsync");

    [UnmanagedCallersOnly]
    private static CUresult cuMemcpyDtoHAsync(void* to, CUdeviceptr from, nuint size, CUstream stream) => Copy(to, (void*)from.Value, size, "cuMemcpyDtoHAsync");

    [UnmanagedCallersOnly]
    private static CUresult cuMemcpyDtoDAsync(CUdeviceptr to, CUdeviceptr from, nuint size, CUstream stream) => Copy((void*)to.Value, (void*)from.Value, size, "cuMemcpyDtoDAsync");

    [UnmanagedCallersOnly]
    private static CUresult cuMemsetD8Async(CUdeviceptr to, byte value, nuint size, CUstream stream)
    {
        NativeMemory.Fill((void*)to.Value, size, value);
        return Answer("cuMemsetD8Async");
    }

    private static CUresult Allocate(CUdeviceptr* address, nuint size, string name)
    {
        var answer = Answer(name);
        if (answer != CUresult.CUDA_SUCCESS)
            return answer;
        var memory = (nint)NativeMemory.AlignedAlloc(size, 256);
        lock (s_gate)
            s_device.Add(memory);
        *address = new CUdeviceptr((ulong)memory);
        return answer;
    }

    private static CUresult Release(HashSet<nint> set, nint address, string name, string? detail)
    {
        lock (s_gate)
        {
            if (!set.Remove(address))
                return CUresult.CUDA_ERROR_INVALID_VALUE;
        }

        NativeMemory.AlignedFree((void*)address);
        return Answer(name, detail);
    }

    private static CUresult Copy(void* to, void* from, nuint size, string name)
    {
        Buffer.MemoryCopy(from, to, size, size);
        return Answer(name);
    }
}
