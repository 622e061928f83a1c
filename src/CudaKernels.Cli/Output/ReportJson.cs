using System.Text.Json.Nodes;

namespace CudaKernels.Cli.Output;

/// <summary>A report of the software device as JSON.</summary>
internal static class ReportJson
{
    /// <summary>A report with the command that repeats the run.</summary>
    public static JsonObject OfCheck(EmulationReport report, string? again)
    {
        var node = Of(report);
        node["again"] = again;
        return node;
    }

    public static JsonObject Of(EmulationReport report) => new()
    {
        ["rule"] = report.Rule,
        ["message"] = report.Message,
        ["kernel"] = report.Kernel,
        ["file"] = report.File,
        ["line"] = report.Line,
        ["thread"] = Triple(report.Thread),
        ["block"] = Triple(report.Block),
        ["otherLine"] = report.OtherLine == 0 ? null : report.OtherLine,
        ["otherThread"] = Triple(report.OtherThread),
        ["otherBlock"] = Triple(report.OtherBlock),
        ["buffer"] = report.Buffer,
        ["count"] = report.Count,
    };

    private static JsonArray? Triple((uint X, uint Y, uint Z)? value) => value is { } v ? [v.X, v.Y, v.Z] : null;
}
