namespace CudaKernels.Interop;

/// <summary>One place that a search looked at.</summary>
/// <param name="Path">The file or folder, or the bare name that was given to the system's loader.</param>
/// <param name="Reason">What came of it: "loaded", or why it was passed over.</param>
public readonly record struct NativeLibraryAttempt(string Path, string Reason);
