using System.Diagnostics;

namespace CudaKernels.Cli.Kernels;

/// <summary>A run in a process of its own: without checks, a wild pointer in a kernel can hit the memory of the process that runs it.</summary>
internal static class GuardedRun
{
    private const string Mark = "CUDAKERNELS_GUARDED_RUN";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(15);

    /// <summary>Whether this is the process inside.</summary>
    public static bool IsInside => Environment.GetEnvironmentVariable(Mark) == "1";

    /// <summary>Runs this command line again in another process and hands on what it wrote; gives its exit code, or a report of how it died.</summary>
    public static EmulationReport? Start(string kernel, out int exitCode)
    {
        var start = OwnProcess.Start(Environment.GetCommandLineArgs().Skip(1));
        start.Environment[Mark] = "1";
        // No dump of memory when it dies: that is a result here.
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_patience))
        {
            process.Kill(entireProcessTree: true);
            exitCode = ExitCode.Failed;
            return new EmulationReport("hang", $"the process that ran the kernel did not end within {s_patience} and was ended") { Kernel = kernel };
        }

        process.WaitForExit();
        exitCode = process.ExitCode;
        if (exitCode is ExitCode.Success or ExitCode.Failed or ExitCode.BadArguments)
        {
            Console.Out.Write(output.Result);
            Console.Error.Write(error.Result);
            return null;
        }

        exitCode = ExitCode.Failed;
        var cause = process.ExitCode > 128 ? $"signal {process.ExitCode - 128}" : $"exit code {process.ExitCode}";
        return new EmulationReport("fault", $"the process that ran the kernel died ({cause}): the kernel has written over memory that is not its own; --sanitize tells where") { Kernel = kernel };
    }
}
