using System.Diagnostics;
using System.Text.Json.Nodes;

namespace CudaKernels.Tests;

/// <summary>The tool as a script sees it: its own process, exit code, output and error stream.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    public static ToolRun Of(params string[] arguments)
    {
        using var process = Process.Start(Start(arguments))!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(s_limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"cudakernels {string.Join(' ', arguments)} ran for more than {s_limit}");
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
