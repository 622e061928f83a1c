using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>Pinned buffers through which ordinary host memory goes to the device, so that the caller's array may be reused when the call returns.</summary>
/// <remarks>The driver's own copies from pageable memory read the source late on systems whose GPU can address it; these never do.</remarks>
internal sealed unsafe class StagingBuffers(CudaDevice device) : IDisposable
{
    private const int ChunkCount = 4;
    private const int ChunkBytes = 2 << 20;
    private readonly Lock _gate = new();
    private readonly Chunk[] _chunks = new Chunk[ChunkCount];
    private int _next;

    /// <summary>Copies in stream order; host and device work overlap in large copies.</summary>
    public void Copy(nuint destination, ReadOnlySpan<byte> source, CudaStream stream)
    {
        var driver = device.Driver;
        lock (_gate)
        {
            while (!source.IsEmpty)
            {
                ref var chunk = ref NextChunk();
                var count = Math.Min(source.Length, ChunkBytes);
                source[..count].CopyTo(new Span<byte>((void*)chunk.Address, count));
                device.Check(driver.cuMemcpyHtoDAsync(new CUdeviceptr(destination), (void*)chunk.Address, (nuint)count, stream.Handle), $"cuMemcpyHtoDAsync(0x{destination:x}, {count} bytes, {stream})");
                device.Check(driver.cuEventRecord(chunk.Done, stream.Handle), $"cuEventRecord({stream})");
                chunk.IsInFlight = true;
                destination += (nuint)count;
                source = source[count..];
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (ref var chunk in _chunks.AsSpan())
            {
                if (chunk.Address != 0)
                    device.Observe(device.Driver.cuMemFreeHost((void*)chunk.Address), "cuMemFreeHost()");
                chunk = default;
            }
        }
    }

    private ref Chunk NextChunk()
    {
        ref var chunk = ref _chunks[_next];
        _next = (_next + 1) % ChunkCount;
        if (chunk.Address == 0)
        {
            if (chunk.Done.Value == 0)
            {
                CUevent done;
                device.Check(device.Driver.cuEventCreate(&done, (uint)CUevent_flags.CU_EVENT_DISABLE_TIMING), $"cuEventCreate(DISABLE_TIMING)");
                device.Resources.Add(ResourceKind.Event, done.Value);
                chunk.Done = done;
            }

            chunk.Address = device.Memory.AllocateHost(ChunkBytes);
        }
        else if (chunk.IsInFlight)
        {
            device.Check(device.Driver.cuEventSynchronize(chunk.Done), $"cuEventSynchronize()");
            chunk.IsInFlight = false;
        }

        return ref chunk;
    }

    private struct Chunk
    {
        public nuint Address;
        public CUevent Done;
        public bool IsInFlight;
    }
}
