using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>An image that the engine compiled and loaded.</summary>
internal sealed class EngineImage : KernelImage
{
    private readonly SoftwareModule _module;

    private EngineImage(SoftwareModule module)
    {
        _module = module;
        Kernels = [.. module.Kernels.Select(kernel => new EngineKernel(kernel, module.Kernels.Count == 1))];
    }

    public override IReadOnlyList<KernelCode> Kernels { get; }

    /// <exception cref="DriverError">The image is damaged, or the engine is not there.</exception>
    public static EngineImage Load(ReadOnlySpan<byte> image)
    {
        try
        {
            return new EngineImage(SoftwareModule.Load(image));
        }
        catch (InvalidDataException)
        {
            throw new DriverError(CUresult.CUDA_ERROR_INVALID_IMAGE);
        }
        catch (CudaNotSupportedException missing)
        {
            ContextStack.Current?.Device.Reports.Add(new EmulationReport("internal", missing.Message) { Function = SoftwareCall.Name });
            throw new DriverError(CUresult.CUDA_ERROR_JIT_COMPILER_NOT_FOUND);
        }
    }

    public override bool TryGetGlobal(string name, out nuint address, out nuint size) => _module.TryGetGlobal(name, out address, out size);
}
