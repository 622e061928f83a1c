using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>
/// Cache-line aligned scratch memory of the matrix product. Each thread keeps its largest one, since fresh memory costs a page
/// fault per 4 KB; the memory of a thread that has ended is freed by the finalizer.
/// </summary>
internal sealed unsafe class PackBuffer
{
    private const nuint KeptBytes = 64 << 20;

    [ThreadStatic]
    private static PackBuffer? _kept;

    private readonly nuint _bytes;

    private PackBuffer(nuint bytes)
    {
        Address = (byte*)HugePages.Allocate(bytes);
        _bytes = bytes;
    }

    ~PackBuffer() => NativeMemory.AlignedFree(Address);

    /// <summary>The memory, aligned to 64 bytes, its contents undefined.</summary>
    public byte* Address { get; }

    /// <summary>Memory of at least <paramref name="bytes"/> bytes for this thread; give it back with <see cref="Return"/>.</summary>
    public static PackBuffer Rent(nuint bytes)
    {
        var buffer = _kept;
        if (buffer is not null && buffer._bytes >= bytes)
        {
            _kept = null;
            return buffer;
        }
        return new PackBuffer(bytes);
    }

    /// <summary>Ends the use of this memory: the thread keeps the larger of this and what it has, unless it is very large.</summary>
    public void Return()
    {
        if (_bytes <= KeptBytes && (_kept is null || _kept._bytes < _bytes))
        {
            _kept?.Free();
            _kept = this;
        }
        else
            Free();
    }

    private void Free()
    {
        GC.SuppressFinalize(this);
        NativeMemory.AlignedFree(Address);
    }
}
