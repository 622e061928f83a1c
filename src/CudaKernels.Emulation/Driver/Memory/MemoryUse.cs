using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The memory that an operation touches, held from the call that gave the operation until it has run.</summary>
internal struct MemoryUse
{
    private Allocation? _allocation;

    public nuint Address { get; private set; }

    public nuint Size { get; private set; }

    /// <summary>Checks the range as the driver does and holds it.</summary>
    /// <exception cref="DriverError">The range leaves its allocation, was freed, or is no device memory where that is needed.</exception>
    /// <param name="address">Where it begins.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="isHostAllowed">Memory that the driver does not know is the host's.</param>
    /// <param name="isKept">The operation is a graph's: it does not hold the memory between its runs.</param>
    public void Begin(nuint address, nuint size, bool isHostAllowed, bool isKept)
    {
        Address = address;
        Size = size;
        var allocation = size == 0 ? null : Resolve(address, size, isHostAllowed);
        if (isKept)
            return;
        _allocation = allocation;
        _allocation?.BeginUse();
    }

    public void End()
    {
        _allocation?.EndUse();
        _allocation = null;
    }

    /// <summary>Ends the context when the memory was freed before the operation ran.</summary>
    /// <param name="what">The beginning of a sentence: "a copy read".</param>
    /// <param name="isKept">The operation is a graph's, whose memory is looked up anew at each run.</param>
    public readonly void ThrowIfGone(string what, bool isKept)
    {
        var isGone = isKept
            ? Size > 0 && AllocationMap.Find(Address) is null && AllocationMap.FindFreedContaining(Address) is not null
            : _allocation is { IsGone: true };
        if (!isGone)
            return;
        throw new KernelFault(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, new EmulationReport("use-after-free", $"{what} {Size} bytes at 0x{Address:x}, in memory that had been freed"));
    }

    private static Allocation? Resolve(nuint address, nuint size, bool isHostAllowed)
    {
        var reports = ContextStack.Current?.Device.Reports;
        var allocation = AllocationMap.Find(address);
        if (allocation is null)
        {
            if (AllocationMap.FindFreedContaining(address) is { } freed)
            {
                reports?.Misuse($"{SoftwareCall.Name} was given 0x{address:x}, in {freed}, which had been freed");
                throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
            }

            return isHostAllowed ? null : throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
        }

        if (!allocation.Contains(address, size))
        {
            reports?.Misuse($"{SoftwareCall.Name} was given {size} bytes at 0x{address:x}, which go beyond the end of {allocation}");
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_VALUE);
        }

        if (allocation.IsFreeRequested)
            reports?.Misuse($"{SoftwareCall.Name} was given 0x{address:x}, in {allocation}, after that had been freed on a stream");
        return allocation;
    }
}
