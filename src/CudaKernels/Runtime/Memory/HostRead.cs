using System.Runtime.CompilerServices;

namespace CudaKernels;

/// <summary>Reads of device memory that are awaited. They take their place in the stream at once and no thread waits for it.</summary>
internal static class HostRead
{
    /// <summary>Reads into ordinary memory, by way of pinned memory of the runtime's: a copy to ordinary memory would keep the driver in the call until it is done.</summary>
    public static ValueTask Start<T>(CudaDevice device, MemoryBlock source, nuint byteOffset, Memory<T> destination, CudaStream? stream) where T : unmanaged
    {
        var on = device.BeginHostRead(stream);
        if (destination.IsEmpty)
            return ValueTask.CompletedTask;
        var byteCount = (nuint)destination.Length * (nuint)Unsafe.SizeOf<T>();
        var staging = device.ReadBuffers.Rent(byteCount);
        ValueTask reached;
        try
        {
            device.EnqueueRead(source, byteOffset, staging, byteCount, on);
            reached = on.WhenCompleted();
        }
        catch
        {
            // The copy may be on its way already, with nothing to tell its end.
            on.TryWaitForRelease();
            device.ReadBuffers.Return(staging);
            throw;
        }

        return Finish(device, reached, staging, destination);
    }

    /// <summary>Reads into page-locked memory of the same device. Giving up either memory meanwhile waits for the stream or is ordered after it.</summary>
    public static ValueTask Start(CudaDevice device, MemoryBlock source, nuint byteOffset, PinnedBlock destination, nuint byteCount, CudaStream? stream)
    {
        var on = device.BeginHostRead(stream);
        device.CopyBetween(destination, 0, source, byteOffset, byteCount, on);
        return byteCount == 0 ? ValueTask.CompletedTask : on.WhenCompleted();
    }

    private static async ValueTask Finish<T>(CudaDevice device, ValueTask reached, nuint staging, Memory<T> destination) where T : unmanaged
    {
        try
        {
            await reached.ConfigureAwait(false);
            device.ReadBuffers.CopyTo(staging, destination.Span);
        }
        finally
        {
            device.ReadBuffers.Return(staging);
        }
    }
}
