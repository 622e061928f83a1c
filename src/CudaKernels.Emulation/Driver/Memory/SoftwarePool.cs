using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>A stream-ordered memory pool: it accounts for what is used and for what it holds back from the device.</summary>
internal sealed class SoftwarePool(SoftwareDevice device, bool isDefault, ulong maxSize) : DriverObject
{
    public SoftwareDevice Device { get; } = device;

    public bool IsDefault { get; } = isDefault;

    /// <summary>The most it may reserve; 0 is no limit of its own.</summary>
    public ulong MaxSize { get; } = maxSize;

    /// <summary>How much unused memory it keeps at a synchronisation.</summary>
    public ulong ReleaseThreshold { get; set; }

    public ulong Used { get; private set; }

    public ulong UsedHigh { get; set; }

    public ulong Reserved { get; private set; }

    public ulong ReservedHigh { get; set; }

    /// <summary>The three reuse switches, which have no effect here.</summary>
    public int[] Reuse { get; } = [1, 1, 1];

    public override string Noun => "memory pool";

    public override bool IsLeakWhenLeft => !IsDefault;

    /// <summary>How much more the pool has to reserve for an allocation.</summary>
    public ulong GrowthFor(ulong size) => Used + size > Reserved ? Used + size - Reserved : 0;

    public void Take(ulong size)
    {
        Used += size;
        Reserved = Math.Max(Reserved, Used);
        UsedHigh = Math.Max(UsedHigh, Used);
        ReservedHigh = Math.Max(ReservedHigh, Reserved);
    }

    public void GiveBack(ulong size) => Used -= size;

    /// <summary>Returns unused memory beyond a limit to the device.</summary>
    public void Trim(ulong keep) => Reserved = Math.Min(Reserved, Math.Max(Used, keep));

    public CUresult Get(CUmemPool_attribute attribute, out ulong value)
    {
        value = attribute switch
        {
            CUmemPool_attribute.CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES => (ulong)Reuse[0],
            CUmemPool_attribute.CU_MEMPOOL_ATTR_REUSE_ALLOW_OPPORTUNISTIC => (ulong)Reuse[1],
            CUmemPool_attribute.CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES => (ulong)Reuse[2],
            CUmemPool_attribute.CU_MEMPOOL_ATTR_RELEASE_THRESHOLD => ReleaseThreshold,
            CUmemPool_attribute.CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT => Reserved,
            CUmemPool_attribute.CU_MEMPOOL_ATTR_RESERVED_MEM_HIGH => ReservedHigh,
            CUmemPool_attribute.CU_MEMPOOL_ATTR_USED_MEM_CURRENT => Used,
            CUmemPool_attribute.CU_MEMPOOL_ATTR_USED_MEM_HIGH => UsedHigh,
            _ => ulong.MaxValue,
        };
        var isKnown = attribute is >= CUmemPool_attribute.CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES and <= CUmemPool_attribute.CU_MEMPOOL_ATTR_USED_MEM_HIGH;
        return isKnown ? CUresult.CUDA_SUCCESS : CUresult.CUDA_ERROR_INVALID_VALUE;
    }

    public CUresult Set(CUmemPool_attribute attribute, ulong value)
    {
        switch (attribute)
        {
            case CUmemPool_attribute.CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES:
            case CUmemPool_attribute.CU_MEMPOOL_ATTR_REUSE_ALLOW_OPPORTUNISTIC:
            case CUmemPool_attribute.CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES:
                Reuse[attribute - CUmemPool_attribute.CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES] = value != 0 ? 1 : 0;
                return CUresult.CUDA_SUCCESS;
            case CUmemPool_attribute.CU_MEMPOOL_ATTR_RELEASE_THRESHOLD:
                ReleaseThreshold = value;
                return CUresult.CUDA_SUCCESS;

            // A high-water mark can only be set back.
            case CUmemPool_attribute.CU_MEMPOOL_ATTR_RESERVED_MEM_HIGH when value == 0:
                ReservedHigh = Reserved;
                return CUresult.CUDA_SUCCESS;
            case CUmemPool_attribute.CU_MEMPOOL_ATTR_USED_MEM_HIGH when value == 0:
                UsedHigh = Used;
                return CUresult.CUDA_SUCCESS;
            default:
                return CUresult.CUDA_ERROR_INVALID_VALUE;
        }
    }
}
