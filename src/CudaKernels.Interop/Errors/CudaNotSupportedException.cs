using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>The driver, a library or the device is too old or too small for what was asked.</summary>
public class CudaNotSupportedException : CudaException
{
    /// <summary>Makes the exception with its whole text; <see cref="CudaException.Code"/> is <see cref="CUresult.CUDA_ERROR_NOT_SUPPORTED"/>.</summary>
    /// <param name="message">What is not supported, why, and what would be needed.</param>
    public CudaNotSupportedException(string message)
        : base(CUresult.CUDA_ERROR_NOT_SUPPORTED, message)
    {
    }

    /// <summary>Makes the exception for a native function that its source does not have.</summary>
    /// <param name="function">The function that was called.</param>
    /// <param name="reason">Why it is missing, such as "needs CUDA 12.4, the driver is 12.2".</param>
    public CudaNotSupportedException(in NativeFunction function, string? reason)
        : this($"{function.Name} is not available: {reason ?? $"the {function.Library} library does not have {function.ExportedSymbol}"}.") =>
        FunctionName = function.Name;

    /// <summary>The native function that is missing, or null when something else is.</summary>
    public string? FunctionName { get; }
}
