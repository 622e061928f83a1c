using System.Runtime.InteropServices;

namespace CudaKernels.Cli.Bench;

/// <summary>Host memory at a fixed address, aligned to a cache line, every page touched.</summary>
internal sealed unsafe class HostArray<T> : IDisposable where T : unmanaged
{
    private const int Alignment = 64;

    public HostArray(nint count)
    {
        Count = count;
        Pointer = (T*)NativeMemory.AlignedAlloc((nuint)Math.Max(count, 1) * (nuint)sizeof(T), Alignment);
        NativeMemory.Clear(Pointer, (nuint)count * (nuint)sizeof(T));
    }

    public nint Count { get; }

    public T* Pointer { get; private set; }

    public Span<T> Span => new(Pointer, checked((int)Count));

    public void Dispose()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
