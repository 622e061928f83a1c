namespace CudaKernels;

/// <summary>Ends the reading of a mangled name that has a form this reader does not know; never leaves <see cref="MangledName"/>.</summary>
internal sealed class MangledNameException(string message) : Exception(message);
