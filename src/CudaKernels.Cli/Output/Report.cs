using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace CudaKernels.Cli.Output;

/// <summary>Writes either one JSON document or text for people.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true, TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver() };

    public static void Json(JsonObject document) => Console.Out.WriteLine(document.ToJsonString(s_options));

    /// <summary>A number that JSON can hold: infinities and NaN become null.</summary>
    public static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    public static JsonArray Array(IEnumerable<JsonNode?> items) => [.. items];

    /// <summary>What to add about the steps that a training left out; nothing where there are none.</summary>
    public static string Skipped(long steps) => steps == 0 ? "" : $"; {steps} steps were left out, whose gradients had overflowed";

    /// <summary>A table that keeps its rows whole when the output is no terminal.</summary>
    public static void Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn(Markup.Escape(heading)).NoWrap());
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 240;
        }

        AnsiConsole.Write(table);
    }

    /// <summary>Runs long work under a progress bar; without a terminal, or for JSON, there is none.</summary>
    public static void WithProgress(bool json, string title, double steps, Action<Action<string>> work)
    {
        if (json || Console.IsOutputRedirected)
        {
            work(_ => { });
            return;
        }

        AnsiConsole.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).Start(progress =>
        {
            var task = progress.AddTask(Markup.Escape(title), maxValue: Math.Max(steps, 1));
            work(text =>
            {
                task.Description = Markup.Escape(text);
                task.Increment(1);
            });
        });
    }
}
