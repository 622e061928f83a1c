using System.Diagnostics;
using System.Globalization;

namespace CudaKernels.Tests;

/// <summary>A file system of a few kilobytes, to see what a full disk does.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SmallDisk()
    {
    }

    public string Path => _folder.Path;

    /// <summary>Mounts one; skips the test, with the reason, where that is not possible.</summary>
    public static SmallDisk MountOrSkip(int bytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a tmpfs is mounted on Linux only");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a tmpfs needs root");
        var disk = new SmallDisk();
        var (exitCode, error) = Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={bytes}"), "tmpfs", disk.Path);
        if (exitCode != 0)
        {
            disk._folder.Dispose();
            Assert.Skip($"a tmpfs could not be mounted: {error.Trim()}");
        }

        return disk;
    }

    public void Dispose()
    {
        var (exitCode, error) = Run("umount", Path);
        Assert.True(exitCode == 0, error);
        _folder.Dispose();
    }

    private static (int ExitCode, string Error) Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, error);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (-1, missing.Message);
        }
    }
}
