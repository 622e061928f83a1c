using System.Runtime.InteropServices;

namespace CudaKernels.Emulation;

/// <summary>A folder for code that this process loads, where no folder of the user's own is known: nobody else may have written to it.</summary>
internal static unsafe partial class PrivateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly Lazy<string> s_own = new(() => Find(System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"cudakernels-{Environment.UserName}")));

    /// <summary>The folder of this process, which later ones find again where they can.</summary>
    public static string Path => s_own.Value;

    /// <summary>The folder of a name, made if it is not there; where that is a link, belongs to another user or is open to others, a fresh one of no predictable name, which is deleted when the process ends.</summary>
    internal static string Find(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path, OwnerOnly);
            }

            if (IsOwn(path))
            {
                return path;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Something else has the name; what it is does not matter.
        }

        var fresh = Directory.CreateTempSubdirectory("cudakernels-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Delete(fresh);
        return fresh;
    }

    private static bool IsOwn(string path)
    {
        try
        {
            FileStatus status;
            const int CurrentFolder = -100, NoFollow = 0x100;
            const uint TypeModeAndOwner = 0xb;
            const int TypeBits = 0xf000, Folder = 0x4000, AllBits = 0x1ff;
            return statx(CurrentFolder, path, NoFollow, TypeModeAndOwner, &status) == 0
                && (status.Mode & TypeBits) == Folder && (status.Mode & AllBits) == (int)OwnerOnly && status.Owner == geteuid();
        }
        catch (TypeLoadException)
        {
            return false; // there is no statx, or no C library of that name: nothing is known of the folder
        }
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The process ends; the system clears its temporary files.
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, FileStatus* status);

    [LibraryImport("libc")]
    private static partial uint geteuid();

    // struct statx of linux/stat.h, the same on every architecture.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct FileStatus
    {
        [FieldOffset(20)]
        public uint Owner;

        [FieldOffset(28)]
        public ushort Mode;
    }
}
