namespace CudaKernels;

/// <summary>A native library is not installed, or none of its copies can be used. The message lists every path tried and why it was passed over.</summary>
public class CudaLibraryNotFoundException : DllNotFoundException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="library">What people call the library, such as NVRTC.</param>
    /// <param name="message">The whole text with the paths tried.</param>
    public CudaLibraryNotFoundException(string library, string message)
        : base(message) => Library = library;

    /// <summary>What people call the library, such as NVRTC.</summary>
    public string Library { get; }
}
