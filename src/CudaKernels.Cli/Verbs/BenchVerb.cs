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
    private const double SustainedMilliseconds = 2000;

    private const string Judged = "what was timed was compared with the float64 reference: all of it, or a sample of elements where a reference takes long";

    public static Command Create()
    {
        var pattern = CommonOptions.Pattern();
        var device = CommonOptions.Device("cpu");
        var threads = new Option<int?>("--threads") { Description = "Threads of the managed device (default: all processors)." };
        var types = new Option<string>("--types") { Description = "Element types such as f32,bf16, or all.", DefaultValueFactory = _ => "f32" };
        var peers = new Option<bool>("--peers") { Description = "Time other libraries in turns with ours: openblas, cublas, cublaslt." };
        var tune = new Option<bool>("--tune") { Description = "Measure every implementation of the matrix product first, and remember the fastest; on a CUDA device." };
        var sustained = new Option<bool>("--sustained") { Description = "Time what arithmetic bounds once more after two seconds of it without a pause; on a CUDA device." };
        var plot = new Option<string?>("--plot") { Description = "Draws the throughputs into a file ending in .svg or .png." };
        var markdown = new Option<string?>("--markdown") { Description = "Writes the table into a Markdown file too." };
        var latency = new Option<bool>("--latency") { Description = "Time launches, graphs, compilations and cold processes instead of operations; PATTERN chooses among them." };
        var json = CommonOptions.Json();
        var command = new Command("bench", "Times the operations against the machine's limit and against peers.") { pattern, device, threads, types, peers, tune, sustained, latency, plot, markdown, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(markdown) is { } file && Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder))
            {
                throw new UsageException($"--markdown takes a file in a folder that exists, got '{file}'");
            }

            if (parsed.GetValue(latency))
            {
                Option[] others = [threads, types, peers, tune, sustained, plot];
                return others.FirstOrDefault(other => parsed.GetResult(other) is { Implicit: false }) is { } refused
                    ? throw new UsageException($"{refused.Name} chooses how operations are timed, and --latency times none")
                    : LatencyReport.Run(parsed.GetValue(pattern), parsed.GetValue(device)!, parsed.GetValue(markdown), parsed.GetValue(json));
            }

            if (parsed.GetValue(tune) && parsed.GetValue(device) == "cpu")
            {
                throw new UsageException("--tune chooses among the kernels of a CUDA device, the managed device has one form: name --device cuda:N or emulated");
            }

            if (parsed.GetValue(sustained) && parsed.GetValue(device) == "cpu")
            {
                throw new UsageException("--sustained is for the clocks that a GPU can hold: name --device cuda:N");
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

            return Run(parsed.GetValue(pattern), parsed.GetValue(device)!, count, Kinds(parsed.GetValue(types)!), parsed.GetValue(peers), parsed.GetValue(tune), parsed.GetValue(sustained), picture, parsed.GetValue(markdown), parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(string? pattern, string deviceName, int? threads, ElementKind[] kinds, bool peers, bool tune, bool sustained, string? picture, string? markdown, bool json)
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
        GpuMonitor? monitor = null;
        var noMonitor = device is CudaDevice gpu && !GpuMonitor.TryOpen(gpu, out monitor, out var reason) ? reason : null;
        using var opened = monitor;
        var runner = new BenchRunner(device, BenchOptions.For(device) with { WithPeers = peers, OpenBlas = openBlas, SustainedMilliseconds = sustained ? SustainedMilliseconds : 0, Monitor = monitor });
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
        BenchRow[] timed = [.. rows.Where(row => row.Times is not null)];
        if (picture is not null && timed.Length > 0)
        {
            BenchPlot.Save(picture, [.. timed.Select(row => ($"{row.Name} {ElementTypes.ShortName(row.Kind)} {row.Shape}", row.GigabytesPerSecond!.Value))], $"Throughput on {device.Name}");
        }

        var (headings, cells) = BenchTable.Of(rows);
        var limits = $"medians, 10th and 90th percentiles on {device.Id} ({device.Name}); limit: a copy of the same bytes{(runner.Threads is null ? "" : " by one thread")}, or the multiply-adds of the vector units";
        if (markdown is not null)
        {
            MarkdownTable.Save(markdown, headings, cells, limits, Judged);
        }

        if (json)
        {
            Report.Json(new JsonObject
            {
                ["device"] = device.Id,
                ["name"] = device.Name,
                ["rows"] = Report.Array(rows.Select(row => row.ToJson())),
                ["peers"] = openBlas is not null ? new JsonObject { ["openblas"] = Describe(openBlas, runner.Threads) }
                    : peers && device is CudaDevice { HasCublasLt: true } cuda ? new JsonObject { ["cublaslt"] = new JsonObject { ["version"] = (long)cuda.CublasLt.cublasLtGetVersion() } }
                    : new JsonObject(),
                ["noClocks"] = noMonitor,
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
            Console.WriteLine(Judged);
            Console.WriteLine("a copy writes half its bytes, and writes cost more than reads: what mostly reads can pass 100 %");
            if (peers && device is CpuDevice)
            {
                Console.WriteLine(openBlas is null ? "openblas was not found" : $"openblas: {openBlas.Library}, {openBlas.Configuration}, kernels for {openBlas.Core}, {runner.Threads} threads");
            }
        }

        return rows.All(row => row.IsRight) ? ExitCode.Success : ExitCode.Failed;
    }

    private static JsonObject Describe(OpenBlas library, int? threads) => new()
    {
        ["library"] = library.Library,
        ["configuration"] = library.Configuration,
        ["core"] = library.Core,
        ["requestedCore"] = library.RequestedCore,
        ["threads"] = threads,
    };

    private static ElementKind[] Kinds(string text) => text is "all"
        ? [.. ElementTypes.All]
        : [.. text.Split(',', StringSplitOptions.TrimEntries).Select(name => ElementTypes.All.Cast<ElementKind?>().FirstOrDefault(kind => ElementTypes.ShortName(kind!.Value) == name)
            ?? throw new UsageException($"--types takes all or some of {string.Join(',', ElementTypes.All.Select(ElementTypes.ShortName))}, got '{name}'"))];
}
