namespace CudaKernels;

/// <summary>What stands behind a <see cref="ComputeDevice"/>.</summary>
public enum DeviceKind
{
    /// <summary>The managed implementation of every operation, on this machine's processor.</summary>
    Cpu,
    /// <summary>A CUDA GPU through the NVIDIA driver.</summary>
    Cuda,
    /// <summary>The software CUDA device: the same kernels, run on the processor.</summary>
    Emulated,
}

/// <summary>A device that owns memory and runs operations: a CUDA GPU, the software CUDA device, or the processor.</summary>
/// <remarks>Any thread may use a device. Disposing it frees its streams and memory; tensors of it then throw <see cref="ObjectDisposedException"/>.</remarks>
public abstract partial class ComputeDevice : IDisposable
{
    /// <summary>A short stable name: <c>cpu</c>, <c>cuda:0</c>, <c>emulated:0</c>.</summary>
    public abstract string Id { get; }

    /// <summary>The product name, such as <c>NVIDIA H100 80GB HBM3</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What stands behind the device.</summary>
    public abstract DeviceKind Kind { get; }

    /// <summary>The stream that tensors are made on when none is given; null on <see cref="CpuDevice"/>, which runs everything inline.</summary>
    public abstract CudaStream? DefaultStream { get; }

    /// <summary>Waits until all work given to the device is done.</summary>
    public abstract void Synchronize();

    /// <summary>Opens the first CUDA GPU, or the processor where there is none. The software device is never a default: it is for testing.</summary>
    public static ComputeDevice OpenDefault() => CudaDevice.TryOpen(0, out var device, out _) ? device : new CpuDevice();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Memory of <paramref name="byteCount"/> bytes (0 allowed), usable in the order of <paramref name="stream"/>; its content is undefined.</summary>
    internal abstract MemoryBlock Allocate(nuint byteCount, CudaStream? stream);

    /// <summary>Copies host bytes into the block in stream order; the source may be reused when the call returns.</summary>
    internal abstract void CopyFromHost(MemoryBlock destination, nuint byteOffset, ReadOnlySpan<byte> source, CudaStream? stream);

    /// <summary>Copies bytes of the block to the host and waits for them (for that stream only).</summary>
    internal abstract void CopyToHost(MemoryBlock source, nuint byteOffset, Span<byte> destination, CudaStream? stream);

    /// <summary>Copies between two blocks of this device in stream order. The ranges must not partly overlap.</summary>
    internal abstract void CopyBetween(MemoryBlock destination, nuint destinationOffset, MemoryBlock source, nuint sourceOffset, nuint byteCount, CudaStream? stream);

    /// <summary>Says that two things that have to share a device do not; two devices may have the same name.</summary>
    internal static string DescribeDifference(string what, ComputeDevice on, string other, ComputeDevice otherOn) =>
        on.Id == otherOn.Id
            ? $"{what} and {other} live on two devices that are both called {on.Id}, each opened by itself: copy one of them first, by Clone(device)"
            : $"{what} lives on {on.Id}, {other} on {otherOn.Id}: copy one of them first, by Clone(device)";

    /// <summary>Throws <see cref="ObjectDisposedException"/> once the device is disposed.</summary>
    internal abstract void ThrowIfDisposed();
}
