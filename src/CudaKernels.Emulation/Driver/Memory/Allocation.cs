namespace CudaKernels.Emulation;

/// <summary>A range of memory that the driver knows.</summary>
internal sealed class Allocation(SoftwareDevice device, nuint address, nuint size, AllocationKind kind, SoftwarePool? pool)
{
    private int _pendingUses;

    public SoftwareDevice Device { get; } = device;

    public nuint Address { get; } = address;

    public nuint Size { get; } = size;

    public AllocationKind Kind { get; } = kind;

    /// <summary>The pool it came from, or null.</summary>
    public SoftwarePool? Pool { get; } = pool;

    /// <summary>The flags given to cuMemHostAlloc.</summary>
    public uint HostFlags { get; init; }

    /// <summary>A number that no other allocation of the process has.</summary>
    public ulong BufferId { get; } = Interlocked.Increment(ref s_lastId);

    /// <summary>Set by the call that frees it, which may come before the memory goes.</summary>
    public bool IsFreeRequested { get; set; }

    /// <summary>Set when the memory is gone.</summary>
    public bool IsGone { get; set; }

    /// <summary>Operations given to streams that read or write it and are not finished.</summary>
    public int PendingUses => Volatile.Read(ref _pendingUses);

    public bool IsHost => Kind is AllocationKind.Pinned or AllocationKind.Registered;

    private static ulong s_lastId;

    public void BeginUse() => Interlocked.Increment(ref _pendingUses);

    public void EndUse() => Interlocked.Decrement(ref _pendingUses);

    public bool Contains(nuint address, nuint size) => address >= Address && size <= Size && address - Address <= Size - size;

    public override string ToString() => $"{Size} bytes of {Kind switch
    {
        AllocationKind.Device => "device memory",
        AllocationKind.Pool => "pool memory",
        AllocationKind.Pinned => "pinned memory",
        AllocationKind.Managed => "managed memory",
        AllocationKind.Registered => "registered host memory",
        _ => "a module's variable",
    }} at 0x{Address:x}";
}
