namespace CudaKernels.Emulation;

/// <summary>A turn among processes: who holds the file open has it. It ends with the process, however that ends.</summary>
internal static class FileLock
{
    // EWOULDBLOCK of Linux. What else may keep a file from being opened, such as a folder that is gone or a disk that is full, does not pass by waiting.
    private const int IsHeld = 11;

    /// <exception cref="TimeoutException">Another process held the lock all the time.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static FileStream Wait(string path, TimeSpan patience)
    {
        var deadline = DateTime.UtcNow + patience;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException failure) when (failure.HResult == IsHeld && DateTime.UtcNow < deadline)
            {
                Thread.Sleep(50);
            }
            catch (IOException failure) when (failure.HResult == IsHeld)
            {
                throw new TimeoutException($"another process has held {path} for {patience}", failure);
            }
        }
    }
}
