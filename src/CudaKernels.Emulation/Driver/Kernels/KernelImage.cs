using System.Diagnostics.CodeAnalysis;

namespace CudaKernels.Emulation;

/// <summary>A loaded image: its kernels and variables.</summary>
internal abstract class KernelImage
{
    public abstract IReadOnlyList<KernelCode> Kernels { get; }

    /// <summary>Finds a __device__ or __constant__ variable.</summary>
    public abstract bool TryGetGlobal(string name, out nuint address, out nuint size);

    public bool TryGetKernel(string name, [NotNullWhen(true)] out KernelCode? kernel)
    {
        kernel = Kernels.FirstOrDefault(each => each.Name == name);
        return kernel is not null;
    }
}
