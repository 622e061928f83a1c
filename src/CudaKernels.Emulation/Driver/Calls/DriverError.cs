using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>Ends a driver call with a code. It never leaves the software driver.</summary>
internal sealed class DriverError(CUresult code) : Exception(code.ToString())
{
    public CUresult Code { get; } = code;
}
