using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>A call into CUDA failed. The message names the call, its arguments, the code, what it means and what to do.</summary>
public class CudaException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="code">The code that the driver returned, or the one that fits best where the failure has no code of its own.</param>
    /// <param name="message">The whole text.</param>
    public CudaException(CUresult code, string message)
        : base(message) => Code = code;

    /// <summary>Makes the exception with the one that led to it.</summary>
    /// <param name="code">The code that the driver returned, or the one that fits best where the failure has no code of its own.</param>
    /// <param name="message">The whole text.</param>
    /// <param name="innerException">The cause.</param>
    public CudaException(CUresult code, string message, Exception? innerException)
        : base(message, innerException) => Code = code;

    /// <summary>The driver's error code.</summary>
    public CUresult Code { get; }
}
