using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>The device has not enough memory, or the host cannot lock as much; the message tells what was tried before giving up.</summary>
public class CudaOutOfMemoryException : CudaException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">The whole text, with the figures.</param>
    /// <param name="requestedBytes">Bytes asked for.</param>
    /// <param name="figures">The state of the memory at that time.</param>
    public CudaOutOfMemoryException(string message, ulong requestedBytes, MemoryFigures figures)
        : base(CUresult.CUDA_ERROR_OUT_OF_MEMORY, message)
    {
        RequestedBytes = requestedBytes;
        Figures = figures;
    }

    /// <summary>Bytes asked for.</summary>
    public ulong RequestedBytes { get; }

    /// <summary>The state of the memory when the allocation failed.</summary>
    public MemoryFigures Figures { get; }
}
