using System.Diagnostics;

namespace CudaKernels.Cli;

/// <summary>Starts this program again.</summary>
internal static class OwnProcess
{
    /// <summary>How it is started with other arguments; its output and error stream are the caller's to read.</summary>
    public static ProcessStartInfo Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        // As `dotnet program.dll` the process's own file is dotnet, and the first argument the program.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }
}
