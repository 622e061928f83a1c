namespace CudaKernels.Cli;

/// <summary>Files and folders that the command line names.</summary>
internal static class InputPath
{
    /// <exception cref="UsageException">There is no such file.</exception>
    public static string File(string path) => System.IO.File.Exists(path) ? path : throw new UsageException($"there is no file '{path}'");

    /// <exception cref="UsageException">There is no such folder.</exception>
    public static string Folder(string path) => Directory.Exists(path) ? path : throw new UsageException($"there is no folder '{path}'");
}
