using System.Numerics;

namespace CudaKernels;

/// <summary>Pinned buffers into which awaited reads go, kept for the next ones: locking memory costs more than most copies.</summary>
internal sealed unsafe class HostReadBuffers(CudaDevice device) : IDisposable
{
    private const nuint SmallestBytes = 64 << 10;
    private const nuint MostKeptBytes = 64 << 20;
    private readonly object _gate = new();
    private readonly List<(nuint Address, nuint ByteCount)> _kept = [];
    private readonly Dictionary<nuint, nuint> _rented = [];
    private int _readers;
    private bool _isClosed;

    /// <summary>Pinned memory of at least so many bytes; give it back with <see cref="Return"/>.</summary>
    /// <exception cref="CudaOutOfMemoryException">The host cannot lock that much.</exception>
    public nuint Rent(nuint byteCount)
    {
        lock (_gate)
        {
            var best = -1;
            for (var i = 0; i < _kept.Count; i++)
            {
                if (_kept[i].ByteCount >= byteCount && (best < 0 || _kept[i].ByteCount < _kept[best].ByteCount))
                    best = i;
            }

            if (best >= 0)
            {
                var (address, size) = _kept[best];
                _kept.RemoveAt(best);
                _rented.Add(address, size);
                return address;
            }
        }

        var rounded = byteCount > MostKeptBytes ? byteCount : nuint.Max(BitOperations.RoundUpToPowerOf2(byteCount), SmallestBytes);
        var fresh = device.Memory.AllocateHost(rounded);
        lock (_gate)
            _rented.Add(fresh, rounded);
        return fresh;
    }

    /// <summary>Copies what has arrived. The memory stays until that is done, even if the device is disposed meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">The device has been disposed.</exception>
    public void CopyTo<T>(nuint buffer, Span<T> destination) where T : unmanaged
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, device);
            _readers++;
        }

        try
        {
            new ReadOnlySpan<T>((void*)buffer, destination.Length).CopyTo(destination);
        }
        finally
        {
            lock (_gate)
            {
                _readers--;
                Monitor.PulseAll(_gate);
            }
        }

        CudaTelemetry.Copied.Add((long)destination.Length * sizeof(T));
    }

    /// <summary>Keeps the memory for the next read, or frees it where enough is kept. No copy may be on its way to it.</summary>
    public void Return(nuint buffer)
    {
        lock (_gate)
        {
            // Dispose has freed it; after the loss of the context it cannot be freed, and nobody needs it.
            if (!_rented.Remove(buffer, out var size) || device.IsContextLost)
                return;
            var kept = size;
            foreach (var (_, byteCount) in _kept)
                kept += byteCount;
            if (kept <= MostKeptBytes)
            {
                _kept.Add((buffer, size));
                return;
            }
        }

        if (device.TryEnterForRelease())
            Free(buffer);
    }

    /// <summary>Frees all. The caller has made the context current and waited for the device's work.</summary>
    public void Dispose()
    {
        nuint[] all;
        lock (_gate)
        {
            _isClosed = true;
            while (_readers != 0)
                Monitor.Wait(_gate);
            all = [.. _rented.Keys, .. _kept.Select(one => one.Address)];
            _rented.Clear();
            _kept.Clear();
        }

        foreach (var buffer in all)
            Free(buffer);
    }

    private void Free(nuint buffer) => device.Observe(device.Driver.cuMemFreeHost((void*)buffer), "cuMemFreeHost()");
}
