using System.Runtime.InteropServices;

namespace CudaKernels.Tests.Runtime;

/// <summary>A native function of two instructions that answers 0 to any arguments: what a launch costs beside it is all ours.</summary>
internal static unsafe partial class NativeReturn
{
    private const int ReadWriteExecute = 7;
    private const int PrivateAnonymous = 0x22;

    public static bool IsSupported => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    public static nint Make()
    {
        var page = mmap(0, 4096, ReadWriteExecute, PrivateAnonymous, -1, 0);
        if (page == -1)
        {
            throw new PlatformNotSupportedException("This system gives no executable memory.");
        }

        ReadOnlySpan<byte> code = [0x31, 0xC0, 0xC3]; // xor eax, eax; ret
        code.CopyTo(new Span<byte>((void*)page, code.Length));
        return page;
    }

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);
}
