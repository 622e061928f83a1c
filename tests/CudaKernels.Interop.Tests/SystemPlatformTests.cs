using CudaKernels.Interop;

namespace CudaKernels.Tests;

/// <summary>The real loader of the system that the tests run on.</summary>
public sealed class SystemPlatformTests
{
    private static string NativeFileName => OperatingSystem.IsWindows() ? "System.IO.Compression.Native.dll" : "libSystem.Native.so";

    private static string NativeFile => Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, NativeFileName);

    private static string Export => OperatingSystem.IsWindows() ? "CompressionNative_Crc32" : "SystemNative_GetPid";

    [Fact]
    public void A_library_loads_and_its_functions_lead_back_to_the_file()
    {
        var platform = new SystemPlatform();
        nint handle = platform.Load(NativeFile, out string? reason);
        Assert.True(handle != 0, reason);
        nint address = platform.FindExport(handle, Export);
        Assert.NotEqual(0, address);
        Assert.Equal(Path.GetFileName(NativeFile), Path.GetFileName(platform.FileOf(address)));
        Assert.Equal(0, platform.FindExport(handle, "cuLaunchRocket"));
    }

    [Fact]
    public void A_library_that_does_not_load_gives_the_systems_reason()
    {
        using var folder = new TemporaryFolder();
        var platform = new SystemPlatform();
        Assert.Equal(0, platform.Load("libnobody-has-this.so.7", out string? absent));
        Assert.False(string.IsNullOrWhiteSpace(absent));
        Assert.Equal(0, platform.Load(folder.Add("libbroken.so", "no library at all"), out string? broken));
        Assert.False(string.IsNullOrWhiteSpace(broken));
        Assert.DoesNotContain('\n', absent + broken);
    }

    [Fact]
    public void A_real_file_that_only_has_the_right_name_is_refused()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, OperatingSystem.IsWindows() ? "nvrtc64_120_0.dll" : "libnvrtc.so.12");
        File.Copy(NativeFile, file);
        NativeLibraryResult result = new NativeLibraryFinder(new NativeLibraryOptions { Paths = [folder.Path] }).Find(NativeLibraryKind.Nvrtc);
        Assert.Contains(new NativeLibraryAttempt(file, "is not NVRTC: it does not export nvrtcVersion"), result.Tried);
    }

    [Fact]
    public void Looking_for_every_library_never_throws()
    {
        foreach (NativeLibraryKind kind in Enum.GetValues<NativeLibraryKind>())
        {
            NativeLibraryResult result = NativeLibraries.Find(kind);
            Assert.Equal(kind, result.Kind);
            Assert.Equal(result.Found, result.Path is not null);
            Assert.Contains(result.Name, result.Explain());
        }
    }

    [Fact]
    public void An_address_is_looked_up_among_the_mapped_files()
    {
        string[] lines =
        [
            "7f0000001000-7f0000002000 r--p 00000000 08:01 42 /usr/lib/liba.so.1",
            "7f0000002000-7f0000003000 r-xp 00001000 08:01 43 /usr/lib/with space/libb.so.2",
            "7f0000003000-7f0000004000 rw-p 00000000 00:00 0",
        ];
        Assert.Equal("/usr/lib/with space/libb.so.2", SystemPlatform.FindMapping(lines, unchecked((nint)0x7f0000002fff)));
        Assert.Equal("/usr/lib/liba.so.1", SystemPlatform.FindMapping(lines, unchecked((nint)0x7f0000001000)));
        Assert.Null(SystemPlatform.FindMapping(lines, unchecked((nint)0x7f0000003000)));
        Assert.Null(SystemPlatform.FindMapping(lines, 16));
    }
}
