namespace CudaKernels.Cli;

/// <summary>What the tool ends with; scripts rely on it.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Failed = 1;
    public const int BadArguments = 2;
}

/// <summary>An argument that makes no sense: one line on the error stream, exit 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
