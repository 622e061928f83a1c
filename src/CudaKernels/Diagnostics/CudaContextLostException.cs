using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>A kernel or the hardware failed in a way that ended the context: no further call on the device can succeed in this process.</summary>
/// <remarks>Every call after the first failure throws it too; Dispose stays silent.</remarks>
public class CudaContextLostException : CudaException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="code">The code of the first failure.</param>
    /// <param name="firstCall">The call that first returned it; the fault lies in work enqueued before.</param>
    /// <param name="message">The whole text.</param>
    public CudaContextLostException(CUresult code, string firstCall, string message)
        : base(code, message) => FirstCall = firstCall;

    /// <summary>The call that first returned the error.</summary>
    public string FirstCall { get; }
}
