using System.CommandLine;
using CudaKernels.Cli;
using CudaKernels.Cli.Verbs;

var root = new RootCommand("CUDA kernels from .NET: what this machine has, what the library computes, and whether it computes it right.")
{
    InfoVerb.Create(),
    ListVerb.Create(),
    CheckVerb.Create(),
    BenchVerb.Create(),
    CompileVerb.Create(),
    RunVerb.Create(),
    TrainVerb.Create(),
};
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine($"cudakernels: {string.Join("; ", parsed.Errors.Select(error => error.Message))}");
    return ExitCode.BadArguments;
}

try
{
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (UsageException exception)
{
    Console.Error.WriteLine($"cudakernels: {exception.Message}");
    return ExitCode.BadArguments;
}
catch (Exception exception) when (exception is CudaKernels.CudaException or CudaKernels.CudaLibraryNotFoundException or InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException)
{
    Console.Error.WriteLine($"cudakernels: {exception.Message}");
    return ExitCode.Failed;
}
