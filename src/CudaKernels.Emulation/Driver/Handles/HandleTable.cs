using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace CudaKernels.Emulation;

/// <summary>The live handles of one device. A handle carries the device's ordinal and a serial number that is never given twice, so a stale one is known.</summary>
internal sealed class HandleTable(int ordinal)
{
    private const int OrdinalShift = 40;
    private const int SerialShift = 4;
    private const int KindMask = (1 << SerialShift) - 1;

    // The low bits of a handle tell what it is, also after its object is gone.
    private static readonly string[] s_nouns = ["context", "stream", "event", "library", "kernel", "graph", "graph node", "graph instance", "memory pool", "cuBLAS handle", "cuBLASLt handle"];

    private readonly ConcurrentDictionary<nint, DriverObject> _objects = [];
    private long _serial;

    /// <summary>All live objects.</summary>
    public IEnumerable<DriverObject> Live => _objects.Values;

    /// <summary>The ordinal in a handle; -1 for a handle that belongs to no device.</summary>
    public static int OrdinalOf(nint handle) => (int)((long)handle >> OrdinalShift) - 2;

    public nint Add(DriverObject item)
    {
        // The ordinal makes every handle large, so that none is one of the special stream handles 0, 1 and 2.
        item.Handle = (nint)(((long)ordinal + 2) << OrdinalShift | Interlocked.Increment(ref _serial) << SerialShift | (long)Array.IndexOf(s_nouns, item.Noun));
        _objects[item.Handle] = item;
        return item.Handle;
    }

    public bool TryFind(nint handle, [NotNullWhen(true)] out DriverObject? item) => _objects.TryGetValue(handle, out item);

    /// <summary>Takes an object out; false when another thread was first.</summary>
    public bool Remove(DriverObject item) => _objects.TryRemove(item.Handle, out _);

    /// <summary>What a handle that is not live used to be; null when it never was one of this table.</summary>
    public string? FormerNoun(nint handle)
    {
        var serial = ((long)handle & ((1L << OrdinalShift) - 1)) >> SerialShift;
        var kind = (int)(handle & KindMask);
        return serial > 0 && serial <= Interlocked.Read(ref _serial) && kind < s_nouns.Length ? s_nouns[kind] : null;
    }

    /// <summary>Finds an object by a handle of any device.</summary>
    /// <exception cref="DriverError">There is none: the call ends with CUDA_ERROR_INVALID_HANDLE, and a stale handle is reported.</exception>
    public static T Find<T>(nint handle) where T : DriverObject
    {
        var (table, device) = SoftwareDriver.TableOf(OrdinalOf(handle));
        if (table is not null && table.TryFind(handle, out var item))
        {
            if (item is T found)
                return found;
            device?.Reports.Misuse($"{SoftwareCall.Name} was given a {item.Noun} where it takes another object");
        }
        else if (table?.FormerNoun(handle) is { } noun)
        {
            (device ?? ContextStack.Current?.Device)?.Reports.Misuse($"{SoftwareCall.Name} was given a {noun} that had been destroyed");
        }

        throw new DriverError(DriverObject.BadHandle);
    }
}
