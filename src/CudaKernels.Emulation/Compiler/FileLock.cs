namespace CudaKernels.Emulation;

/// <summary>A turn among processes: who holds the file open has it. It ends with the process, however that ends.</summary>
internal static class FileLock
{
    /// <exception cref="TimeoutException">Another process held the lock all the time.</exception>
    public static FileStream Wait(string path, TimeSpan patience)
    {
        var deadline = DateTime.UtcNow + patience;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (DateTime.UtcNow < deadline)
            {
                Thread.Sleep(50);
            }
            catch (IOException exception)
            {
                throw new TimeoutException($"another process has held {path} for {patience}", exception);
            }
        }
    }
}
