using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using CudaKernels.Catalog;
using CudaKernels.Cli.Bench;
using CudaKernels.Cli.Bench.Latency;
using CudaKernels.Cli.Output;
using CudaKernels.Cli.Pictures;

namespace CudaKernels.Cli.Verbs;

/// <summary><c>bench</c>: time, throughput, share of the measured limit and ratio to each peer.</summary>
internal static class BenchVerb
{
    public static Command Create()
    {
        var pattern = CommonOptions.Pattern();
        var device = CommonOptions.Device("cpu");
        var threads = new Option<int?>("--threads") { Description = "Threads of the managed device (default: all processors)." };
        var types = new Option<string>("--types") { Description = "Element types such as f32,bf16, or all.", DefaultValueFactory = _ => "f32" };
        var peers = new Option<bool>("--peers") { Description = "Time other libraries in turns with ours: openblas, cublas." };
        var tune = new Option<bool>("--tune") { Description = "Measure every implementation of the matrix product first, and remember the fastest; on a CUDA device." };
        var plot = new Option<string?>("--plot") { Description = "Draws the throughputs into a file ending in .svg or .png." };
        var markdown = new Option<string?>("--markdown") { Description = "Writes the table into a Markdown file too." };
        var latency = new Option<bool>("--latency") { Description = "Time launches, graphs, compilations and cold processes instead of operations; PATTERN chooses among them." };
        var json = CommonOptions.Json();
        var command = new Command("bench", "Times the operations against the machine's limit and against peers.") { pattern, device, threads, types, peers, tune, latency, plot, markdown, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(markdown) is { } file && Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder))
            {
                throw new UsageException($"--markdown takes a file in a folder that exists, got '{file}'");
            }

            if (parsed.GetValue(latency))
            {
                Option[] others = [threads, types, peers, tune, plot];
                return others.FirstOrDefault(other => parsed.GetResult(other) is { Implicit: false }) is { } refused
                    ? throw new UsageException($"{refused.Name} chooses how operations are timed, and --latency times none")
                    : LatencyReport.Run(parsed.GetValue(pattern), parsed.GetValue(device)!, parsed.GetValue(markdown), parsed.GetValue(json));
            }

            if (parsed.GetValue(tune) && parsed.GetValue(device) == "cpu")
            {
                throw new UsageException("--tune chooses among the kernels of a CUDA device, the managed device has one form: name --device cuda:N or emulated");
            }

            var picture = parsed.GetValue(plot);
            if (picture is not null && Path.GetExtension(picture).ToLowerInvariant() is not (".svg" or ".png"))
            {
                throw new UsageException($"--plot takes a file ending in .svg or .png, got '{picture}'");
            }

            var count = parsed.GetValue(threads);
            if (count is < 1)
            {
                throw new UsageException($"--threads takes a number from 1, got {count}");
            }

            if (count is not null && parsed.GetValue(device) != "cpu")
            {
                throw new UsageException("--threads belongs to --device cpu");
            }

            return Run(parsed.GetValue(pattern), parsed.GetValue(device)!, count, Kinds(parsed.GetValue(types)!), parsed.GetValue(peers), parsed.GetValue(tune), picture, parsed.GetValue(markdown), parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(string? pattern, string deviceName, int? threads, ElementKind[] kinds, bool peers, bool tune, string? picture, string? markdown, bool json)
    {
        var clock = Stopwatch.StartNew();
        var cases = (from operation in OpCatalog.Matching(pattern)
                     from kind in operation.Types.Where(kinds.Contains)
                     from variant in operation.Variants.Where(variant => operation.Covers(kind, variant))
                     select (operation, kind, variant)).ToArray();
        if (cases.Length == 0)
        {
            throw new UsageException($"no operation matches '{pattern}' with the types {string.Join(' ', kinds.Select(ElementTypes.ShortName))}");
        }

        using var device = DeviceChoice.Open(deviceName, threads);
        var onGpu = device is CudaDevice { Kind: DeviceKind.Cuda };
        var work = (from item in cases
                    from shape in onGpu ? item.operation.GpuBenchShapesOf(item.variant) : item.operation.BenchShapes
                    select (item.operation, item.kind, item.variant, shape)).ToArray();
        var openBlas = peers && device is CpuDevice ? OpenBlas.Find() : null;
        var runner = new BenchRunner(device, openBlas, peers);
        BenchTuning[] tuned = tune ? BenchTuning.Of((CudaDevice)device, work.Select(item => (item.operation, item.kind, item.shape))) : [];
        var rows = new List<BenchRow>();
        Report.WithProgress(json, "measuring", work.Length, step =>
        {
            foreach (var (operation, kind, variant, shape) in work.Where(item => item.operation.Runs(device, item.variant)))
            {
                rows.Add(runner.Measure(operation, kind, variant, shape));
                step($"{operation.Name} {shape}");
            }
        });
        if (picture is not null)
        {
            BenchPlot.Save(picture, [.. rows.Select(row => ($"{Name(row)} {ElementTypes.ShortName(row.Kind)} {row.Shape}", row.GigabytesPerSecond))], $"Throughput on {device.Name}");
        }

        var (headings, cells) = Table(rows);
        var limits = $"medians on {device.Id} ({device.Name}); limit: a copy of the same bytes{(runner.Threads is null ? "" : " by one thread")}, or the multiply-adds of the vector units";
        if (markdown is not null)
        {
            MarkdownTable.Save(markdown, headings, cells, limits);
        }

        if (json)
        {
            Report.Json(new JsonObject
            {
                ["device"] = device.Id,
                ["name"] = device.Name,
                ["rows"] = Report.Array(rows.Select(Describe)),
                ["peers"] = openBlas is null ? new JsonObject() : new JsonObject { ["openblas"] = Describe(openBlas, runner.Threads) },
                ["tuned"] = Report.Array(tuned.Select(one => one.ToJson())),
                ["seconds"] = clock.Elapsed.TotalSeconds,
            });
        }
        else
        {
            if (tuned.Length > 0)
            {
                BenchTuning.Show(tuned);
            }

            Report.Table(headings, cells);
            Console.WriteLine(limits);
            Console.WriteLine("a copy writes half its bytes, and writes cost more than reads: what mostly reads can pass 100 %");
            if (peers && device is CpuDevice)
            {
                Console.WriteLine(openBlas is null ? "openblas was not found" : $"openblas: {openBlas.Library}, {openBlas.Configuration}, kernels for {openBlas.Core}, {runner.Threads} threads");
            }
        }

        return ExitCode.Success;
    }

    private static (string[] Headings, IReadOnlyList<string>[] Cells) Table(List<BenchRow> rows)
    {
        string[] peers = [.. rows.SelectMany(row => row.Peers.Keys).Distinct()];
        return (
            ["operation", "type", "shape", "ms", "GB/s", "TFLOP/s", "of limit", "allocated", .. peers.Select(peer => $"vs {peer}")],
            [
                .. rows.Select(row => (IReadOnlyList<string>)
                [
                    Name(row), ElementTypes.ShortName(row.Kind), $"{row.Shape}", $"{row.Milliseconds:G4}", $"{row.GigabytesPerSecond:F1}", $"{row.TeraflopsPerSecond:F4}",
                    row.LimitShare is { } share ? $"{share:P0}" : "", $"{row.AllocatedBytes} B", .. peers.Select(peer => row.Peers.TryGetValue(peer, out var ratio) ? $"{ratio:F2}x" : ""),
                ]),
            ]);
    }

    private static JsonObject Describe(BenchRow row) => new()
    {
        ["operation"] = row.Operation.Name,
        ["type"] = ElementTypes.ShortName(row.Kind),
        ["variant"] = row.Variant,
        ["shape"] = Report.Array(row.Shape.Lengths.Select(length => (JsonNode)(long)length)),
        ["threads"] = row.Threads,
        ["milliseconds"] = Report.Number(row.Milliseconds),
        ["gigabytesPerSecond"] = Report.Number(row.GigabytesPerSecond),
        ["teraflopsPerSecond"] = Report.Number(row.TeraflopsPerSecond),
        ["limitShare"] = row.LimitShare is { } share ? Report.Number(share) : null,
        ["limit"] = row.Limit,
        ["allocatedBytes"] = row.AllocatedBytes,
        ["peers"] = new JsonObject(row.Peers.Select(peer => KeyValuePair.Create(peer.Key, Report.Number(peer.Value)))),
    };

    private static JsonObject Describe(OpenBlas library, int? threads) => new()
    {
        ["library"] = library.Library,
        ["configuration"] = library.Configuration,
        ["core"] = library.Core,
        ["requestedCore"] = library.RequestedCore,
        ["threads"] = threads,
    };

    private static string Name(BenchRow row) => row.Operation.Variants.Count > 1 ? $"{row.Operation.Name} {row.Variant}" : row.Operation.Name;

    private static ElementKind[] Kinds(string text) => text is "all"
        ? [.. ElementTypes.All]
        : [.. text.Split(',', StringSplitOptions.TrimEntries).Select(name => ElementTypes.All.Cast<ElementKind?>().FirstOrDefault(kind => ElementTypes.ShortName(kind!.Value) == name)
            ?? throw new UsageException($"--types takes all or some of {string.Join(',', ElementTypes.All.Select(ElementTypes.ShortName))}, got '{name}'"))];
}
