using CudaKernels.Emulation;

namespace CudaKernels.Tests;

/// <summary>Turns among processes at a file: what is waited for, and what is not.</summary>
public sealed class FileLockTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ck-lock-").FullName;

    private string Lock => Path.Combine(_folder, ".lock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AHeldLockIsWaitedForAsLongAsPatienceLasts()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the software device runs on Linux");
        using (FileLock.Wait(Lock, TimeSpan.Zero))
        {
            Assert.Contains(Lock, Assert.Throws<TimeoutException>(() => FileLock.Wait(Lock, TimeSpan.FromMilliseconds(100))).Message, StringComparison.Ordinal);
        }

        FileLock.Wait(Lock, TimeSpan.Zero).Dispose();
    }

    [Fact]
    public void WhatDoesNotPassIsToldAtOnce() =>
        Assert.Throws<DirectoryNotFoundException>(() => FileLock.Wait(Path.Combine(_folder, "gone", ".lock"), TimeSpan.FromSeconds(5)));
}
