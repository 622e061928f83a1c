namespace CudaKernels.Tests;

/// <summary>The embedded kernels in a temporary folder.</summary>
internal sealed class TemporaryKernels : IDisposable
{
    public TemporaryKernels()
    {
        foreach (var name in KernelSource.ResourcePaths)
        {
            Write(name, KernelSource.FromResource(name).Text);
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("cudakernels-gate-").FullName;

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
