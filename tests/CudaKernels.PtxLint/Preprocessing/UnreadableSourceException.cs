namespace CudaKernels.PtxLint;

/// <summary>Text that is no CUDA C++, at a token.</summary>
internal sealed class UnreadableSourceException(Token at, string message) : FormatException(message)
{
    public string File => at.File;

    public int Line => at.Line;
}
