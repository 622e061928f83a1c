using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using CudaKernels.Catalog;
using CudaKernels.Cli.Checks;
using CudaKernels.Cli.Output;

namespace CudaKernels.Cli.Verbs;

/// <summary><c>check</c>: runs catalog cases against the float64 reference.</summary>
internal static class CheckVerb
{
    public static Command Create()
    {
        var pattern = CommonOptions.Pattern();
        var device = new Option<string?>("--device") { Description = "cpu, emulated, or cuda:N (default: cpu; with --sanitize emulated)." };
        var sanitize = new Option<bool>("--sanitize") { Description = "Watch every access to memory, on the software device; small shapes only." };
        var cases = new Option<int>("--cases") { Description = "The most shapes per operation and type.", DefaultValueFactory = _ => int.MaxValue };
        var part = new Option<string>("--part") { Description = "K/N: the K-th of N shares of the operations' types and variants, one for each of N processes.", DefaultValueFactory = _ => "1/1" };
        var seed = CommonOptions.Seed();
        var json = CommonOptions.Json();
        var command = new Command("check", "Runs the operations' cases against a float64 reference.") { pattern, device, sanitize, cases, part, seed, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(cases) < 1)
            {
                throw new UsageException($"--cases takes a number from 1, got {parsed.GetValue(cases)}");
            }

            return Run(parsed.GetValue(pattern), parsed.GetValue(device), parsed.GetValue(sanitize), parsed.GetValue(cases), Share.Parse(parsed.GetValue(part)!), parsed.GetValue(seed), parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(string? pattern, string? deviceName, bool sanitize, int cases, Share share, int seed, bool json)
    {
        var clock = Stopwatch.StartNew();
        if (sanitize && deviceName is not (null or "emulated"))
        {
            throw new UsageException($"--sanitize runs on the software device: --device emulated, got '{deviceName}'");
        }

        using var checks = sanitize ? new SanitizedChecks(seed) : null;
        using var device = checks is null ? DeviceChoice.Open(deviceName ?? "cpu") : EmulatedDevice.Open().Device;
        var work = (from operation in OpCatalog.Matching(pattern)
                    from kind in operation.Types
                    from variant in operation.Variants.Where(variant => operation.Covers(kind, variant))
                    select (operation, kind, variant)).ToArray();
        if (work.Length == 0)
        {
            throw new UsageException($"no operation matches '{pattern}'");
        }

        work = share.Of(work);
        var runnable = work.Where(item => item.operation.Runs(device, item.variant)).ToArray();
        var results = new CheckResult[runnable.Length];
        Report.WithProgress(json, "checking", runnable.Length, step =>
            Parallel.For(0, runnable.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            {
                var (operation, kind, variant) = runnable[i];
                results[i] = checks?.Check(operation, kind, variant, cases) ?? new CheckResult(CaseRunner.Check(device, operation, kind, variant, seed, cases), null, [], null);
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
                ["reports"] = Report.Array(results.SelectMany(result => result.Reports.Select(report => ReportJson.OfCheck(report, result.Again)))),
                ["seconds"] = clock.Elapsed.TotalSeconds,
            });
        }
        else
        {
            Report.Table(
                ["operation", "type", "variant", "cases", "largest error", "tolerance", .. sanitize ? (string[])["accesses"] : [], "verdict"],
                results.Select(result => (IReadOnlyList<string>)
                [
                    result.Case.Operation.Name, ElementTypes.ShortName(result.Case.Kind), result.Case.Variant, $"{result.Case.Cases}", $"{result.Case.MaxError:G3}", $"{result.Case.Tolerance:G3}",
                    .. result.Accesses is { } accesses ? (string[])[$"{accesses}"] : [], result.Passed ? "passed" : $"FAILED {result.Failure}",
                ]));
            foreach (var result in results.Where(result => !result.Passed && result.Again is not null))
            {
                foreach (var report in result.Reports)
                {
                    Console.WriteLine(report);
                }

                Console.WriteLine($"    again: {result.Again}");
            }

            Console.WriteLine($"{results.Length - failed} passed, {failed} failed, {work.Length - runnable.Length} skipped on {device.Id}{(sanitize ? ", sanitized," : "")} in {clock.Elapsed.TotalSeconds:F1} s");
        }

        return failed == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static JsonObject Describe(CheckResult result) => new()
    {
        ["operation"] = result.Case.Operation.Name,
        ["type"] = ElementTypes.ShortName(result.Case.Kind),
        ["variant"] = result.Case.Variant,
        ["cases"] = result.Case.Cases,
        ["maxError"] = Report.Number(result.Case.MaxError),
        ["tolerance"] = result.Case.Tolerance,
        ["accesses"] = result.Accesses,
        ["passed"] = result.Passed,
        ["failure"] = result.Failure,
        ["again"] = result.Again,
    };
}
