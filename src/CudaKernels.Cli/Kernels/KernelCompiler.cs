using CudaKernels.Interop;

namespace CudaKernels.Cli.Kernels;

/// <summary>NVRTC, the real one or the software device's, ready to compile for the device at hand.</summary>
internal sealed class KernelCompiler : IDisposable
{
    private readonly IDisposable? _device;
    private readonly NvrtcCompiler _compiler;
    private readonly Version _capability;

    private KernelCompiler(NvrtcCompiler compiler, Version capability, IDisposable? device) => (_compiler, _capability, _device) = (compiler, capability, device);

    /// <param name="host">Whether to compile for the software device.</param>
    public static KernelCompiler Open(bool host)
    {
        if (host)
        {
            var emulated = EmulatedDevice.Open();
            return new KernelCompiler(new NvrtcCompiler(emulated.Device.Nvrtc, searchToolkit: false), emulated.Device.Specification.ComputeCapability, emulated);
        }

        var compiler = new NvrtcCompiler(new NvrtcApi(NativeLibraries.OpenNvrtc()), new KernelCache());
        if (CudaDevice.TryOpen(0, out var device, out _))
        {
            return new KernelCompiler(compiler, device.Specification.ComputeCapability, device);
        }

        var newest = compiler.SupportedArchitectures.Max();
        return new KernelCompiler(compiler, new Version(newest / 10, newest % 10), null);
    }

    public CompiledImage Compile(KernelSource source, CompileOptions options) => _compiler.Compile(source, options, _compiler.TargetFor(_capability.Major, _capability.Minor));

    public void Dispose() => _device?.Dispose();
}
