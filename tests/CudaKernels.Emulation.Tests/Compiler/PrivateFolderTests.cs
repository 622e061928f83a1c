using System.Diagnostics;
using CudaKernels.Emulation;

namespace CudaKernels.Tests;

/// <summary>The folder that code is loaded from where no cache folder is set: what another user could have made first is not taken.</summary>
public sealed class PrivateFolderTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string _folder = Directory.CreateTempSubdirectory("cudakernels-test-").FullName;
    private string? _fresh;

    private string Name => Path.Combine(_folder, "code");

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        if (_fresh is not null)
        {
            Directory.Delete(_fresh, recursive: true);
        }
    }

    [Fact]
    public void AFolderIsMadeForItsOwnerAloneAndFoundAgain()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no such modes on Windows");
        Assert.Equal(Name, PrivateFolder.Find(Name));
        Assert.Equal(OwnerOnly, Mode(Name));
        Assert.Equal(Name, PrivateFolder.Find(Name));
    }

    [Fact]
    public void AFolderThatOthersCanReachIsNotTaken()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no such modes on Windows");
        Make(Name, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        AssertRefused();
    }

    [Fact]
    public void ALinkIsNotTaken()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no such modes on Windows");
        var target = Path.Combine(_folder, "elsewhere");
        Make(target, OwnerOnly);
        Directory.CreateSymbolicLink(Name, target);
        AssertRefused();
    }

    [Fact]
    public void AFileIsNotTaken()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no such modes on Windows");
        File.WriteAllText(Name, "");
        AssertRefused();
    }

    [Fact]
    public void AFolderOfAnotherUserIsNotTaken()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "only root can give a folder away");
        Make(Name, OwnerOnly);
        using var process = Process.Start("chown", ["12345", Name]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        AssertRefused();
    }

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);

    private static void Make(string path, UnixFileMode mode)
    {
        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private void AssertRefused()
    {
        _fresh = PrivateFolder.Find(Name);
        Assert.NotEqual(Name, _fresh);
        Assert.Equal(Path.GetDirectoryName(_folder), Path.GetDirectoryName(_fresh));
        Assert.Equal(OwnerOnly, Mode(_fresh));
    }
}
