namespace CudaKernels.Emulation;

/// <summary>All allocations of the process by address: one address space, as under a real driver.</summary>
internal static class AllocationMap
{
    private const int RememberedFrees = 8192;
    private static readonly Lock s_lock = new();
    private static readonly List<Allocation> s_sorted = [];
    private static readonly Dictionary<nuint, Allocation> s_freed = [];
    private static readonly Queue<Allocation> s_freedOrder = [];

    // All memory that ever was the driver's lies between these.
    private static nuint s_lowest = nuint.MaxValue;
    private static nuint s_highest;

    public static void Add(Allocation allocation)
    {
        lock (s_lock)
        {
            s_sorted.Insert(IndexAfter(allocation.Address), allocation);
            s_freed.Remove(allocation.Address);
            if (!allocation.IsHost)
            {
                s_lowest = nuint.Min(s_lowest, allocation.Address);
                s_highest = nuint.Max(s_highest, allocation.Address + allocation.Size);
            }
        }
    }

    public static void Remove(Allocation allocation)
    {
        lock (s_lock)
        {
            var index = IndexAfter(allocation.Address) - 1;
            if (index < 0 || !ReferenceEquals(s_sorted[index], allocation))
                return;
            s_sorted.RemoveAt(index);
            s_freed[allocation.Address] = allocation;
            s_freedOrder.Enqueue(allocation);
            while (s_freedOrder.Count > RememberedFrees)
            {
                var oldest = s_freedOrder.Dequeue();
                if (s_freed.TryGetValue(oldest.Address, out var known) && ReferenceEquals(known, oldest))
                    s_freed.Remove(oldest.Address);
            }
        }
    }

    /// <summary>The live allocation that an address lies in, or null.</summary>
    public static Allocation? Find(nuint address)
    {
        lock (s_lock)
        {
            var index = IndexAfter(address) - 1;
            if (index < 0)
                return null;
            var candidate = s_sorted[index];
            return address - candidate.Address < candidate.Size ? candidate : null;
        }
    }

    /// <summary>The live allocation that ends shortly before an address, or null: what an overrun came from.</summary>
    public static Allocation? FindNear(nuint address)
    {
        const nuint Near = 1 << 20;
        lock (s_lock)
        {
            var index = IndexAfter(address) - 1;
            return index >= 0 && address - s_sorted[index].Address - s_sorted[index].Size < Near ? s_sorted[index] : null;
        }
    }

    /// <summary>An allocation that began at the address and is gone, or null.</summary>
    public static Allocation? FindFreed(nuint address)
    {
        lock (s_lock)
            return s_freed.GetValueOrDefault(address);
    }

    /// <summary>A freed allocation of device memory that an address lay in, or null.</summary>
    public static Allocation? FindFreedContaining(nuint address)
    {
        // Host memory, for which this is asked at every copy, mostly lies elsewhere.
        lock (s_lock)
            return address < s_lowest || address >= s_highest ? null : s_freed.Values.FirstOrDefault(freed => !freed.IsHost && freed.Contains(address, 1));
    }

    public static List<Allocation> ListOf(SoftwareDevice device)
    {
        lock (s_lock)
            return [.. s_sorted.Where(allocation => ReferenceEquals(allocation.Device, device))];
    }

    // The first index whose address is above the given one.
    private static int IndexAfter(nuint address)
    {
        var (low, high) = (0, s_sorted.Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (s_sorted[middle].Address <= address)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
