using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using CudaKernels.Catalog;
using CudaKernels.Cli.Output;

namespace CudaKernels.Cli.Verbs;

/// <summary><c>check</c>: runs catalog cases against the float64 reference.</summary>
internal static class CheckVerb
{
    public static Command Create()
    {
        var pattern = CommonOptions.Pattern();
        var device = CommonOptions.Device("cpu");
        var sanitize = new Option<bool>("--sanitize") { Description = "Watch every memory access (not available yet)." };
        var cases = new Option<int>("--cases") { Description = "The most shapes per operation and type.", DefaultValueFactory = _ => int.MaxValue };
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var command = new Command("check", "Runs the operations' cases against a float64 reference.") { pattern, device, sanitize, cases, seed, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(sanitize))
            {
                throw new UsageException("--sanitize is not available yet: the software device has no checking mode so far");
            }

            if (parsed.GetValue(cases) < 1)
            {
                throw new UsageException($"--cases takes a number from 1, got {parsed.GetValue(cases)}");
            }

            return Run(parsed.GetValue(pattern), parsed.GetValue(device)!, parsed.GetValue(cases), parsed.GetValue(seed), parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(string? pattern, string deviceName, int cases, int seed, bool json)
    {
        var clock = Stopwatch.StartNew();
        using var device = DeviceChoice.Open(deviceName);
        var work = (from operation in OpCatalog.Matching(pattern)
                    from kind in operation.Types
                    from variant in operation.Variants
                    select (operation, kind, variant)).ToArray();
        if (work.Length == 0)
        {
            throw new UsageException($"no operation matches '{pattern}'");
        }

        var runnable = work.Where(item => item.operation.Runs(device, item.variant)).ToArray();
        var results = new CaseResult[runnable.Length];
        Report.WithProgress(json, "checking", runnable.Length, step =>
            Parallel.For(0, runnable.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            {
                var (operation, kind, variant) = runnable[i];
                results[i] = CaseRunner.Check(device, operation, kind, variant, seed, cases);
                lock (results)
                {
                    step(operation.Name);
                }
            }));
        var failed = results.Count(result => !result.Passed);
        if (json)
        {
            Report.Json(new JsonObject
            {
                ["device"] = device.Id,
                ["passed"] = results.Length - failed,
                ["failed"] = failed,
                ["skipped"] = work.Length - runnable.Length,
                ["operations"] = Report.Array(results.Select(Describe)),
                ["reports"] = new JsonArray(),
                ["seconds"] = clock.Elapsed.TotalSeconds,
            });
        }
        else
        {
            Report.Table(
                ["operation", "type", "variant", "cases", "largest error", "tolerance", "verdict"],
                results.Select(result => (IReadOnlyList<string>)
                [
                    result.Operation.Name, ElementTypes.ShortName(result.Kind), result.Variant, $"{result.Cases}", $"{result.MaxError:G3}", $"{result.Tolerance:G3}",
                    result.Passed ? "passed" : $"FAILED {result.Failure}",
                ]));
            Console.WriteLine($"{results.Length - failed} passed, {failed} failed, {work.Length - runnable.Length} skipped on {device.Id} in {clock.Elapsed.TotalSeconds:F1} s");
        }

        return failed == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static JsonObject Describe(CaseResult result) => new()
    {
        ["operation"] = result.Operation.Name,
        ["type"] = ElementTypes.ShortName(result.Kind),
        ["variant"] = result.Variant,
        ["cases"] = result.Cases,
        ["maxError"] = Report.Number(result.MaxError),
        ["tolerance"] = result.Tolerance,
        ["accesses"] = null,
        ["passed"] = result.Passed,
        ["failure"] = result.Failure,
    };
}
