using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The limits that a context keeps. They are remembered; the software device's own are larger.</summary>
internal sealed class ContextLimits
{
    private readonly nuint[] _values = [1024, 1 << 20, 8 << 20, 2, 2048, 128, 0];

    public CUresult Get(CUlimit limit, out nuint value)
    {
        var isKnown = (uint)limit < (uint)_values.Length;
        value = isKnown ? _values[(int)limit] : 0;
        return isKnown ? CUresult.CUDA_SUCCESS : CUresult.CUDA_ERROR_UNSUPPORTED_LIMIT;
    }

    public CUresult Set(CUlimit limit, nuint value)
    {
        if ((uint)limit >= (uint)_values.Length)
            return CUresult.CUDA_ERROR_UNSUPPORTED_LIMIT;
        _values[(int)limit] = value;
        return CUresult.CUDA_SUCCESS;
    }
}
