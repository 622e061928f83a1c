using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>Options of <see cref="CpuDevice"/>.</summary>
public sealed record CpuDeviceOptions
{
    /// <summary>The most threads one operation uses. Default: the processors of this machine. Results do not depend on it.</summary>
    public int Threads { get; init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Threads), value, "at least one thread is needed"); } = Environment.ProcessorCount;

    /// <summary>The most bytes of freed memory kept for the next tensors. Default: 1 GiB.</summary>
    public long CachedBytes { get; init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(CachedBytes), value, "a size is not negative"); } = 1L << 30;
}

/// <summary>The managed device: every operation on this machine's processor, without any kernel. Operations run inline.</summary>
public sealed class CpuDevice : ComputeDevice
{
    private readonly HostMemoryCache _cache;
    private bool _disposed;

    /// <summary>Opens the managed device.</summary>
    /// <param name="options">Null takes the defaults.</param>
    public CpuDevice(CpuDeviceOptions? options = null)
    {
        Options = options ?? new CpuDeviceOptions();
        _cache = new HostMemoryCache(Options.CachedBytes);
    }

    /// <summary>The options the device was opened with.</summary>
    public CpuDeviceOptions Options { get; }

    /// <inheritdoc/>
    public override string Id => "cpu";

    /// <inheritdoc/>
    public override string Name => $"managed ({RuntimeInformation.ProcessArchitecture}, {Options.Threads} threads)";

    /// <inheritdoc/>
    public override DeviceKind Kind => DeviceKind.Cpu;

    /// <inheritdoc/>
    public override CudaStream? DefaultStream => null;

    /// <summary>Returns at once: operations run inline.</summary>
    public override void Synchronize() => ThrowIfDisposed();

    /// <inheritdoc/>
    public override void Dispose()
    {
        _disposed = true;
        _cache.Clear();
    }

    /// <summary>The bytes of all tensors that are not disposed.</summary>
    internal long LiveBytes => _cache.RentedBytes;

    internal override MemoryBlock Allocate(nuint byteCount, CudaStream? stream) => new HostBlock(this, _cache, byteCount);

    internal override unsafe void CopyFromHost(MemoryBlock destination, nuint byteOffset, ReadOnlySpan<byte> source, CudaStream? stream) =>
        source.CopyTo(new Span<byte>((byte*)destination.Address + byteOffset, source.Length));

    internal override unsafe void CopyToHost(MemoryBlock source, nuint byteOffset, Span<byte> destination, CudaStream? stream) =>
        new ReadOnlySpan<byte>((byte*)source.Address + byteOffset, destination.Length).CopyTo(destination);

    internal override unsafe void CopyBetween(MemoryBlock destination, nuint destinationOffset, MemoryBlock source, nuint sourceOffset, nuint byteCount, CudaStream? stream) =>
        Buffer.MemoryCopy((byte*)source.Address + sourceOffset, (byte*)destination.Address + destinationOffset, byteCount, byteCount);

    internal override void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    private sealed class HostBlock(CpuDevice device, HostMemoryCache cache, nuint byteCount) : MemoryBlock(device, cache.Rent(byteCount), byteCount)
    {
        protected override void Free() => cache.Return(Address, ByteCount);

        protected override void Abandon() => cache.Return(Address, ByteCount);
    }
}
