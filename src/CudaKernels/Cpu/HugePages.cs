using System.Runtime.InteropServices;

namespace CudaKernels;

/// <summary>
/// Asks Linux to back large blocks by pages of 2 MiB: a loop over a large tensor then waits a five-hundredth as often for a page's
/// address to be looked up, which a virtual machine does twice. It is advice, and changes nothing where it is not taken.
/// </summary>
internal static unsafe class HugePages
{
    /// <summary>The bytes of such a page on x86-64 and on Arm with pages of 4 KiB.</summary>
    public const nuint PageBytes = 2 << 20;

    /// <summary>Blocks of so many bytes are aligned to a page and advised: of smaller ones the last page would waste too much.</summary>
    public const nuint LeastBytes = 2 * PageBytes;

    private const nuint LineBytes = 64;
    private const int AdviseHugePage = 14;

    private static readonly delegate* unmanaged<void*, nuint, int, int> s_madvise = Find();

    /// <summary>Memory that begins at a cache line, or at a large page where it is large; <see cref="NativeMemory.AlignedFree"/> ends it.</summary>
    /// <param name="byteCount">Its length.</param>
    public static void* Allocate(nuint byteCount)
    {
        if (byteCount < LeastBytes)
        {
            return NativeMemory.AlignedAlloc(byteCount, LineBytes);
        }

        var address = NativeMemory.AlignedAlloc(byteCount, PageBytes);
        if (s_madvise is not null)
        {
            // A refusal (a kernel without such pages) leaves the block as it was.
            _ = s_madvise(address, byteCount & ~(PageBytes - 1), AdviseHugePage);
        }

        return address;
    }

    private static delegate* unmanaged<void*, nuint, int, int> Find() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "madvise", out var madvise)
            ? (delegate* unmanaged<void*, nuint, int, int>)madvise
            : null;
}
