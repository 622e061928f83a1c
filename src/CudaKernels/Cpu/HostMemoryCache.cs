using System.Numerics;
using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>Aligned host memory with a cache of freed blocks by size class: a fresh large allocation pays a page fault for every 4 KiB.</summary>
internal sealed unsafe class HostMemoryCache(long capacity)
{
    private readonly Dictionary<nuint, Stack<nuint>> _free = [];
    private readonly Lock _lock = new();
    private long _cached;
    private long _rented;
    private bool _closed;

    /// <summary>The bytes really set aside for a request: rounded so that similar sizes share a class and waste at most an eighth.</summary>
    public static nuint SizeClass(nuint byteCount)
    {
        if (byteCount <= 256)
        {
            return 256;
        }

        var step = (nuint)1 << Math.Max(BitOperations.Log2(byteCount) - 3, 8);
        return (byteCount + step - 1) & ~(step - 1);
    }

    /// <summary>The bytes that are rented and not returned yet, as they were asked for.</summary>
    public long RentedBytes => Interlocked.Read(ref _rented);

    /// <summary>Memory of at least <paramref name="byteCount"/> bytes, aligned to 64; 0 for no bytes.</summary>
    public nuint Rent(nuint byteCount)
    {
        if (byteCount == 0)
        {
            return 0;
        }

        var size = SizeClass(byteCount);
        lock (_lock)
        {
            if (_free.TryGetValue(size, out var stack) && stack.TryPop(out var address))
            {
                _cached -= (long)size;
                Interlocked.Add(ref _rented, (long)byteCount);
                return address;
            }
        }

        var fresh = (nuint)HugePages.Allocate(size);
        Interlocked.Add(ref _rented, (long)byteCount);
        return fresh;
    }

    public void Return(nuint address, nuint byteCount)
    {
        if (address == 0)
        {
            return;
        }

        Interlocked.Add(ref _rented, -(long)byteCount);
        var size = SizeClass(byteCount);
        lock (_lock)
        {
            if (!_closed && _cached + (long)size <= capacity)
            {
                if (!_free.TryGetValue(size, out var stack))
                {
                    _free[size] = stack = new Stack<nuint>();
                }

                stack.Push(address);
                _cached += (long)size;
                return;
            }
        }

        NativeMemory.AlignedFree((void*)address);
    }

    /// <summary>Frees what is cached; later returns are freed at once.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (var stack in _free.Values)
            {
                while (stack.TryPop(out var address))
                {
                    NativeMemory.AlignedFree((void*)address);
                }
            }

            _cached = 0;
        }
    }
}
