using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>Ends a call of the software NVRTC with a code. It never leaves it.</summary>
internal sealed class NvrtcError(nvrtcResult result) : Exception(result.ToString())
{
    public nvrtcResult Result { get; } = result;
}
