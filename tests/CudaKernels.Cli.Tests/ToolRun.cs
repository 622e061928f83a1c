using System.Diagnostics;
using System.Text.Json.Nodes;

namespace CudaKernels.Tests;

/// <summary>The tool as a script sees it: its own process, exit code, output and error stream.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    public static ToolRun Of(params string[] arguments) => Of(Start(arguments));

    /// <summary>As <see cref="Start"/> made it, changed by the caller.</summary>
    public static ToolRun Of(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(s_limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"cudakernels {string.Join(' ', start.ArgumentList.Skip(1))} ran for more than {s_limit}");
        }

        return new ToolRun(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>How the tool is started, with its output and error stream for the caller to read.</summary>
    public static ProcessStartInfo Start(params string[] arguments) => new("dotnet", [Path.Combine(AppContext.BaseDirectory, "CudaKernels.Cli.dll"), .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    /// <summary>The one JSON document that is the whole output.</summary>
    public JsonNode Document()
    {
        Assert.True(Output.Length > 0, $"nothing on the output; the error stream says: {Error}");
        return JsonNode.Parse(Output)!;
    }
}
