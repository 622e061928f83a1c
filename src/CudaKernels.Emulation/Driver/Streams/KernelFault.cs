using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>Work failed in a way that ends its context.</summary>
internal sealed class KernelFault(CUresult error, EmulationReport? report) : Exception(report?.Message ?? error.ToString())
{
    public CUresult Error { get; } = error;

    /// <summary>What to report; null when it has been reported.</summary>
    public EmulationReport? Report { get; } = report;
}
