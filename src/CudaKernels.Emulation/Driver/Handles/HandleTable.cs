using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The live handles of one device. A handle carries the device's ordinal and a serial number that is never given twice, so a stale one is known.</summary>
internal sealed class HandleTable(int ordinal)
{
    private const int OrdinalShift = 40;
    private const int SerialShift = 4;
    private readonly ConcurrentDictionary<nint, DriverObject> _objects = [];
    private readonly ConcurrentDictionary<nint, string> _destroyed = [];
    private long _serial;

    /// <summary>All live objects.</summary>
    public IEnumerable<DriverObject> Live => _objects.Values;

    /// <summary>The ordinal in a handle; -1 for a handle that belongs to no device.</summary>
    public static int OrdinalOf(nint handle) => (int)((long)handle >> OrdinalShift) - 2;

    public nint Add(DriverObject item)
    {
        // Low bits stay free as in an address, and small numbers (the special stream handles) are never given.
        item.Handle = (nint)(((long)ordinal + 2) << OrdinalShift | Interlocked.Increment(ref _serial) << SerialShift);
        _objects[item.Handle] = item;
        return item.Handle;
    }

    public bool TryFind(nint handle, [NotNullWhen(true)] out DriverObject? item) => _objects.TryGetValue(handle, out item);

    /// <summary>Takes an object out; false when another thread was first.</summary>
    public bool Remove(DriverObject item)
    {
        if (!_objects.TryRemove(item.Handle, out _))
            return false;
        _destroyed[item.Handle] = item.Noun;
        return true;
    }

    /// <summary>What a handle that is not live used to be; null when it never was one of this table.</summary>
    public string? FormerNoun(nint handle) => _destroyed.GetValueOrDefault(handle);

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
