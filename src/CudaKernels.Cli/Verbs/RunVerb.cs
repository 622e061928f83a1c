using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using CudaKernels.Cli.Kernels;
using CudaKernels.Cli.Output;

namespace CudaKernels.Cli.Verbs;

/// <summary><c>run</c>: launches a kernel of a user's file.</summary>
internal static class RunVerb
{
    private const string ArgumentForms =
        "A scalar (f32:1.5, u64:7), a buffer (in:f32[1024]=rand, out:f32[32,32], inout:i32[1024]=zeros, with =rand, =iota, =ones, =zeros or =FILE.npy), "
        + "or a tensor map: of a tensor of its own (in:f16[256,128]/box[64,64]/swizzle128=rand; /swizzle32, /swizzle64, /step[1,2], /nan, /tf32, and /view[2,256,64]/strides[64,128] to see it in other lengths) or of that of another argument, counted from 0 (map:2/box[64,64]).";

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A CUDA C++ source." };
        var kernel = new Argument<string>("KERNEL") { Description = "A kernel's name, or a template name expression such as saxpy<float>." };
        var arguments = new Argument<string[]>("ARG") { Description = ArgumentForms, Arity = ArgumentArity.ZeroOrMore };
        var grid = new Option<string>("--grid") { Description = "Blocks: X[,Y[,Z]].", Required = true };
        var block = new Option<string>("--block") { Description = "Threads per block: X[,Y[,Z]].", Required = true };
        var cooperative = new Option<bool>("--cooperative") { Description = "All blocks at once, so that the grid can synchronise; implied for kernels that name the grid's group." };
        var include = CommonOptions.Include();
        var shared = new Option<int>("--shared") { Description = "Bytes of dynamic shared memory." };
        var define = CommonOptions.Define();
        var device = CommonOptions.Device("auto");
        var sanitize = new Option<bool>("--sanitize") { Description = "Watch every access to memory, on the software device." };
        var seed = CommonOptions.Seed();
        var time = new Option<bool>("--time") { Description = "Time the kernel over several launches." };
        var save = new Option<string?>("--save") { Description = "Folder for the outputs as npy files." };
        var json = CommonOptions.Json();
        var command = new Command("run", "Launches a kernel of a file of yours.") { file, kernel, arguments, grid, block, shared, cooperative, define, include, device, sanitize, seed, time, save, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(shared) < 0)
            {
                throw new UsageException($"--shared takes a number of bytes from 0, got {parsed.GetValue(shared)}");
            }

            var options = CommonOptions.Compilation(parsed.GetValue(include)!, parsed.GetValue(define)!);
            var config = new LaunchConfig(Extent(parsed.GetValue(grid)!, "--grid"), Extent(parsed.GetValue(block)!, "--block"), parsed.GetValue(shared), Cooperative: parsed.GetValue(cooperative));
            var name = parsed.GetValue(device) is "auto" ? parsed.GetValue(sanitize) ? "emulated" : DeviceChoice.Default() is "cpu" ? "emulated" : "cuda:0" : parsed.GetValue(device)!;
            var source = KernelSource.FromFile(InputPath.File(parsed.GetValue(file)!)).WithoutHostCode();
            RunArgument[] values = [.. parsed.GetValue(arguments)!.Select(RunArgument.Parse)];
            if (name == "emulated" && !parsed.GetValue(sanitize) && !GuardedRun.IsInside)
            {
                return GuardedRun.Start(parsed.GetValue(kernel)!, out var exitCode) is { } death ? Show([], [death], [], null, parsed.GetValue(json)) : exitCode;
            }

            // The one document on the output is ours.
            var printed = parsed.GetValue(json) ? Console.Error : Console.Out;
            using var run = new KernelRun(name, source, parsed.GetValue(kernel)!, options, parsed.GetValue(seed), parsed.GetValue(sanitize), printed);
            return Launch(run, config, values, parsed.GetValue(time), parsed.GetValue(save), parsed.GetValue(json));
        });
        return command;
    }

    private static int Launch(KernelRun run, LaunchConfig config, RunArgument[] arguments, bool time, string? save, bool json)
    {
        var clock = Stopwatch.StartNew();
        var failure = run.Launch(config, arguments, time ? 20 : 1, out var milliseconds);
        var outputs = failure is null ? run.Outputs().ToArray() : [];
        if (save is not null)
        {
            Directory.CreateDirectory(save);
            foreach (var output in outputs)
            {
                output.Save(Path.Combine(save, $"output{output.Index}.npy"));
            }
        }

        return Show(outputs, run.Reports(failure), run.Notes(), failure is not null ? clock.Elapsed.TotalMilliseconds : milliseconds ?? clock.Elapsed.TotalMilliseconds, json, time && failure is null);
    }

    private static int Show(RunOutput[] outputs, IReadOnlyList<EmulationReport> reports, IReadOnlyList<EmulationReport> notes, double? milliseconds, bool json, bool time = false)
    {
        if (json)
        {
            Report.Json(new JsonObject
            {
                ["outputs"] = Report.Array(outputs.Select(output => output.Json())),
                ["reports"] = Report.Array(reports.Select(ReportJson.Of)),
                ["notes"] = Report.Array(notes.Select(ReportJson.Of)),
                ["milliseconds"] = milliseconds is { } number ? Report.Number(number) : null,
            });
        }
        else
        {
            foreach (var output in outputs)
            {
                Console.WriteLine(output);
            }

            foreach (var report in reports.Concat(notes))
            {
                Console.WriteLine(report);
            }

            if (time)
            {
                Console.WriteLine($"{milliseconds:G4} ms per launch");
            }
        }

        return reports.Count == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static Dim3 Extent(string text, string option)
    {
        var parts = text.Split(',');
        var numbers = parts.Select(part => uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (uint?)number : null).ToArray();
        return parts.Length is >= 1 and <= 3 && numbers.All(number => number is not null)
            ? new Dim3(numbers[0]!.Value, numbers.ElementAtOrDefault(1) ?? 1, numbers.ElementAtOrDefault(2) ?? 1)
            : throw new UsageException($"{option} takes X[,Y[,Z]], got '{text}'");
    }
}
