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

    private const int AdviseHugePage = 14;

    private static readonly delegate* unmanaged<void*, nuint, int, int> s_madvise = Find();

    /// <summary>Advises the whole pages of a block.</summary>
    /// <param name="address">Where it begins, aligned to <see cref="PageBytes"/>.</param>
    /// <param name="byteCount">Its length.</param>
    public static void Advise(nuint address, nuint byteCount)
    {
        if (s_madvise is not null)
        {
            // A refusal (a kernel without such pages) leaves the block as it was.
            _ = s_madvise((void*)address, byteCount & ~(PageBytes - 1), AdviseHugePage);
        }
    }

    private static delegate* unmanaged<void*, nuint, int, int> Find() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "madvise", out var madvise)
            ? (delegate* unmanaged<void*, nuint, int, int>)madvise
            : null;
}
