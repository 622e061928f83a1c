using CudaKernels.Interop;

namespace CudaKernels.Cli.Bench.Latency;

/// <summary>What the measurements share: the device, its small kernels, a compiler, a folder for files.</summary>
/// <param name="device">The device.</param>
/// <param name="deviceName">How the command line names it.</param>
internal sealed class LatencyLab(ComputeDevice device, string deviceName) : IDisposable
{
    private const string Resource = "latency/latency.cu";
    private readonly Lazy<DirectoryInfo> _folder = new(() => Directory.CreateTempSubdirectory("cudakernels-latency-"));
    private CudaModule? _module;
    private NvrtcApi? _nvrtc;

    /// <summary>How the command line names the device.</summary>
    public string DeviceName => deviceName;

    /// <summary>The device, where it is one that launches kernels.</summary>
    public CudaDevice? Cuda { get; } = device as CudaDevice;

    /// <summary>A folder that goes with the lab.</summary>
    public string Folder => _folder.Value.FullName;

    /// <summary>The text of the small kernels.</summary>
    public static string KernelText
    {
        get
        {
            using var stream = typeof(LatencyLab).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"the program was built without {Resource}");
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    /// <summary>NVRTC: the device's, or where the device has none the machine's.</summary>
    /// <exception cref="CudaLibraryNotFoundException">There is none.</exception>
    public NvrtcApi Nvrtc => _nvrtc ??= Cuda?.Nvrtc ?? new NvrtcApi(NativeLibraries.OpenNvrtc());

    /// <summary>The compute capability to compile for: the device's, else that of an H100.</summary>
    public Version Capability => Cuda?.Specification.ComputeCapability ?? new Version(9, 0);

    /// <summary>One of the small kernels.</summary>
    public CudaKernel Kernel(string name)
    {
        _module ??= Cuda!.Compile(KernelSource.FromString(Path.GetFileName(Resource), KernelText));
        return _module.GetKernel(name);
    }

    public void Dispose()
    {
        _module?.Dispose();
        if (_folder.IsValueCreated)
        {
            _folder.Value.Delete(recursive: true);
        }
    }
}
