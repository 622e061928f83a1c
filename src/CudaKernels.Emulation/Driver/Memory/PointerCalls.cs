using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The driver's functions that tell what a pointer is.</summary>
internal static unsafe class PointerCalls
{
    public static CUresult cuPointerGetAttribute(void* data, CUpointer_attribute attribute, CUdeviceptr ptr)
    {
        ContextStack.Require();
        if (data is null || AllocationMap.Find((nuint)ptr.Value) is not { } allocation)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        return Write(data, attribute, allocation, ptr);
    }

    public static CUresult cuPointerGetAttributes(uint numAttributes, CUpointer_attribute* attributes, void** data, CUdeviceptr ptr)
    {
        ContextStack.Require();
        if (numAttributes == 0 || attributes is null || data is null)
            return CUresult.CUDA_ERROR_INVALID_VALUE;
        var allocation = AllocationMap.Find((nuint)ptr.Value);
        for (var i = 0u; i < numAttributes; i++)
        {
            // Unlike the single form this one gives zeros for a pointer that it does not know.
            if (allocation is null)
                WriteUnknown(data[i], attributes[i]);
            else if (Write(data[i], attributes[i], allocation, ptr) is var result and not CUresult.CUDA_SUCCESS)
                return result;
        }

        return CUresult.CUDA_SUCCESS;
    }

    public static CUresult cuMemPrefetchAsync(CUdeviceptr devPtr, nuint count, CUmemLocation location, uint flags, CUstream hStream)
    {
        StreamSubmission.Resolve(hStream);
        return AllocationMap.Find((nuint)devPtr.Value) is { Kind: AllocationKind.Managed } allocation && allocation.Contains((nuint)devPtr.Value, count) && flags == 0
            ? CUresult.CUDA_SUCCESS
            : CUresult.CUDA_ERROR_INVALID_VALUE;
    }

    public static CUresult cuMemAdvise(CUdeviceptr devPtr, nuint count, CUmem_advise advice, CUmemLocation location)
    {
        ContextStack.Require();
        return AllocationMap.Find((nuint)devPtr.Value) is { Kind: AllocationKind.Managed } allocation && allocation.Contains((nuint)devPtr.Value, count) && Enum.IsDefined(advice)
            ? CUresult.CUDA_SUCCESS
            : CUresult.CUDA_ERROR_INVALID_VALUE;
    }

    private static CUresult Write(void* data, CUpointer_attribute attribute, Allocation allocation, CUdeviceptr pointer)
    {
        switch (attribute)
        {
            case CUpointer_attribute.CU_POINTER_ATTRIBUTE_CONTEXT:
                *(nint*)data = allocation.Device.Primary?.Handle ?? 0;
                break;
            case CUpointer_attribute.CU_POINTER_ATTRIBUTE_MEMORY_TYPE:
                *(uint*)data = (uint)(allocation.IsHost ? CUmemorytype.CU_MEMORYTYPE_HOST : CUmemorytype.CU_MEMORYTYPE_DEVICE);
                break;
            case CUpointer_attribute.CU_POINTER_ATTRIBUTE_DEVICE_POINTER:
                *(ulong*)data = pointer.Value;
                break;
            case CUpointer_attribute.CU_POINTER_ATTRIBUTE_HOST_POINTER when allocation.IsHost || allocation.Kind == AllocationKind.Managed:
                *(ulong*)data = pointer.Value;
                break;
            case CUpointer_attribute.CU_POINTER_ATTRIBUTE_BUFFER_ID:
                *(ulong*)data = allocation.BufferId;
                break;
            case CUpointer_attribute.CU_POINTER_ATTRIBUTE_IS_MANAGED:
                *(byte*)data = allocation.Kind == AllocationKind.Managed ? (byte)1 : (byte)0;
                break;
            case CUpointer_attribute.CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL:
                *(int*)data = allocation.Device.Ordinal;
                break;
            case CUpointer_attribute.CU_POINTER_ATTRIBUTE_RANGE_START_ADDR:
                *(ulong*)data = allocation.Address;
                break;
            case CUpointer_attribute.CU_POINTER_ATTRIBUTE_RANGE_SIZE:
                *(nuint*)data = allocation.Size;
                break;
            case CUpointer_attribute.CU_POINTER_ATTRIBUTE_MAPPED:
                *(byte*)data = 1;
                break;
            case CUpointer_attribute.CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE:
                *(nint*)data = allocation.Pool?.Handle ?? 0;
                break;
            default:
                return CUresult.CUDA_ERROR_INVALID_VALUE;
        }

        return CUresult.CUDA_SUCCESS;
    }

    private static void WriteUnknown(void* data, CUpointer_attribute attribute)
    {
        switch (attribute)
        {
            case CUpointer_attribute.CU_POINTER_ATTRIBUTE_MEMORY_TYPE:
                *(uint*)data = 0;
                break;
            case CUpointer_attribute.CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL:
                *(int*)data = -2;
                break;
            case CUpointer_attribute.CU_POINTER_ATTRIBUTE_IS_MANAGED or CUpointer_attribute.CU_POINTER_ATTRIBUTE_MAPPED:
                *(byte*)data = 0;
                break;
            default:
                *(ulong*)data = 0;
                break;
        }
    }
}
