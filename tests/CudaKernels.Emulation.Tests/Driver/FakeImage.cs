using CudaKernels.Emulation;

namespace CudaKernels.Tests;

/// <summary>An image of given kernels and one variable.</summary>
internal sealed class FakeImage(params KernelCode[] kernels) : KernelImage
{
    public nuint GlobalAddress { get; init; }

    public nuint GlobalSize { get; init; }

    public override IReadOnlyList<KernelCode> Kernels { get; } = kernels;

    public override bool TryGetGlobal(string name, out nuint address, out nuint size)
    {
        (address, size) = (GlobalAddress, GlobalSize);
        return name == "variable" && GlobalAddress != 0;
    }
}
