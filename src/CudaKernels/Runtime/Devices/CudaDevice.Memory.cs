using System.Diagnostics.CodeAnalysis;
using CudaKernels.Interop;

namespace CudaKernels;

// Memory and copies.
public sealed unsafe partial class CudaDevice
{
    /// <summary>Allocates memory for <paramref name="length"/> elements; its content is undefined.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="length">Elements; 0 is allowed.</param>
    /// <param name="stream">The stream in whose order the memory comes to be; null for the default stream.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative, or its bytes are more than an address can count.</exception>
    /// <exception cref="CudaOutOfMemoryException">There is not enough memory.</exception>
    public DeviceBuffer<T> CreateBuffer<T>(long length, CudaStream? stream = null) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, long.MaxValue / sizeof(T));
        return new DeviceBuffer<T>(AllocateBlock((nuint)length * (nuint)sizeof(T), stream), length);
    }

    /// <summary>Allocates memory and copies the elements to it.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="data">The elements; free to be reused when the call returns.</param>
    /// <param name="stream">The stream in whose order the copy runs; null for the default stream.</param>
    public DeviceBuffer<T> CreateBuffer<T>(ReadOnlySpan<T> data, CudaStream? stream = null) where T : unmanaged
    {
        var buffer = CreateBuffer<T>(data.Length, stream);
        try
        {
            buffer.CopyFrom(data, stream);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Allocates page-locked host memory, from and to which copies run at full speed and without the host waiting.</summary>
    /// <typeparam name="T">The element.</typeparam>
    /// <param name="length">Elements; at most <see cref="int.MaxValue"/>, so that a span covers it.</param>
    public PinnedBuffer<T> CreatePinnedBuffer<T>(int length) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Enter();
        return new PinnedBuffer<T>(Memory.AllocatePinned(checked((nuint)length * (nuint)sizeof(T))), length);
    }

    /// <summary>Gives memory that the pool holds without use back to the system. Code that is no longer referenced stays loaded until <see cref="Synchronize"/>, for its kernels may still run.</summary>
    public void TrimMemory()
    {
        Enter();
        ReleaseAbandoned();
        Memory.Trim();
    }

    internal override MemoryBlock Allocate(nuint byteCount, CudaStream? stream) => AllocateBlock(byteCount, stream);

    internal override void CopyFromHost(MemoryBlock destination, nuint byteOffset, ReadOnlySpan<byte> source, CudaStream? stream)
    {
        var on = Begin(stream);
        if (source.IsEmpty)
            return;
        if (on.Session is not null)
            throw new InvalidOperationException($"{on} is being captured: a copy from ordinary host memory cannot be part of a graph, whose launches come later; copy from a PinnedBuffer, or before the capture");
        CaptureSession.RefuseOnThisThread("copying from ordinary host memory");
        using var lease = new BlockLease(destination, this, byteOffset, (nuint)source.Length);
        destination.BeforeWrite(on);
        Staging.Copy(destination.Address + byteOffset, source, on);
        CudaTelemetry.Copied.Add(source.Length);
    }

    internal override void CopyToHost(MemoryBlock source, nuint byteOffset, Span<byte> destination, CudaStream? stream)
    {
        var on = Begin(stream);
        if (destination.IsEmpty)
            return;
        on.RefuseInCapture("reading its results");
        CaptureSession.RefuseOnThisThread("copying to ordinary host memory");
        using var lease = new BlockLease(source, this, byteOffset, (nuint)destination.Length);
        source.BeforeRead(on);
        fixed (byte* target = destination)
        {
            var address = source.Address + byteOffset;
            Check(Driver.cuMemcpyDtoHAsync(target, new CUdeviceptr(address), (nuint)destination.Length, on.Handle), $"cuMemcpyDtoHAsync(0x{address:x}, {destination.Length} bytes, {on})");
            Check(Driver.cuStreamSynchronize(on.Handle), $"cuStreamSynchronize({on})");
        }

        CudaTelemetry.Copied.Add(destination.Length);
    }

    internal override void CopyBetween(MemoryBlock destination, nuint destinationOffset, MemoryBlock source, nuint sourceOffset, nuint byteCount, CudaStream? stream)
    {
        var on = Begin(stream);
        if (byteCount == 0)
            return;
        using var target = new BlockLease(destination, this, destinationOffset, byteCount);
        using var origin = new BlockLease(source, this, sourceOffset, byteCount);
        source.BeforeRead(on);
        destination.BeforeWrite(on);
        var (to, from) = (destination.Address + destinationOffset, source.Address + sourceOffset);
        // Addresses of pinned memory are the same for host and device, so one call serves every pair.
        var (result, call) = (destination, source) switch
        {
            (PinnedBlock, PinnedBlock) => (Driver.cuMemcpyAsync(new CUdeviceptr(to), new CUdeviceptr(from), byteCount, on.Handle), nameof(DriverApi.cuMemcpyAsync)),
            (PinnedBlock, _) => (Driver.cuMemcpyDtoHAsync((void*)to, new CUdeviceptr(from), byteCount, on.Handle), nameof(DriverApi.cuMemcpyDtoHAsync)),
            (_, PinnedBlock) => (Driver.cuMemcpyHtoDAsync(new CUdeviceptr(to), (void*)from, byteCount, on.Handle), nameof(DriverApi.cuMemcpyHtoDAsync)),
            _ => (Driver.cuMemcpyDtoDAsync(new CUdeviceptr(to), new CUdeviceptr(from), byteCount, on.Handle), nameof(DriverApi.cuMemcpyDtoDAsync)),
        };
        Check(result, $"{call}(0x{to:x}, 0x{from:x}, {byteCount} bytes, {on})");
    }

    /// <summary>The stream of a read that is awaited, which cannot be part of a capture.</summary>
    internal CudaStream BeginHostRead(CudaStream? stream)
    {
        var on = Begin(stream);
        on.RefuseInCapture("reading its results");
        CaptureSession.RefuseOnThisThread("copying to host memory");
        return on;
    }

    /// <summary>Copies bytes of the block to pinned memory in stream order.</summary>
    internal void EnqueueRead(MemoryBlock source, nuint byteOffset, nuint destination, nuint byteCount, CudaStream on)
    {
        using var lease = new BlockLease(source, this, byteOffset, byteCount);
        source.BeforeRead(on);
        var address = source.Address + byteOffset;
        Check(Driver.cuMemcpyDtoHAsync((void*)destination, new CUdeviceptr(address), byteCount, on.Handle), $"cuMemcpyDtoHAsync(0x{address:x}, {byteCount} bytes, {on})");
    }

    /// <summary>Sets bytes in stream order.</summary>
    internal void Fill(MemoryBlock block, nuint byteOffset, nuint byteCount, byte value, CudaStream? stream) => Fill(block, byteOffset, byteCount, value, 1, stream);

    /// <summary>Sets memory to words of 1, 2 or 4 bytes, in stream order.</summary>
    internal void Fill(MemoryBlock block, nuint byteOffset, nuint byteCount, uint word, int wordBytes, CudaStream? stream)
    {
        var on = Begin(stream);
        if (byteCount == 0)
            return;
        using var lease = new BlockLease(block, this, byteOffset, byteCount);
        block.BeforeWrite(on);
        var (address, count) = (new CUdeviceptr(block.Address + byteOffset), byteCount / (nuint)wordBytes);
        var result = wordBytes switch
        {
            1 => Driver.cuMemsetD8Async(address, (byte)word, count, on.Handle),
            2 => Driver.cuMemsetD16Async(address, (ushort)word, count, on.Handle),
            _ => Driver.cuMemsetD32Async(address, word, count, on.Handle),
        };
        Check(result, $"cuMemsetD{8 * wordBytes}Async({byteCount} bytes, {on})");
    }

    private PoolBlock AllocateBlock(nuint byteCount, CudaStream? stream) => Memory.Allocate(byteCount, Begin(stream));

    private CudaStream Begin(CudaStream? stream)
    {
        if (stream is null)
        {
            Enter();
            return OwnStream;
        }

        if (!ReferenceEquals(stream.Device, this))
            ThrowForeign(stream);
        stream.Enter();
        return stream;
    }

    [DoesNotReturn]
    private void ThrowForeign(CudaStream stream) => throw new ArgumentException($"{stream} is not a stream of {Id}", nameof(stream));
}
