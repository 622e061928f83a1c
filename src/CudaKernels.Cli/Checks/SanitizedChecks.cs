using System.Collections.Concurrent;
using CudaKernels.Catalog;

namespace CudaKernels.Cli.Checks;

/// <summary>
/// Runs the ragged shapes of cases in the checking mode, on a software device for each processor: a launch takes one thread there.
/// First in, first out on all of them, and once more the largest under a schedule that interrupts threads anywhere; another seed runs
/// all of them so.
/// </summary>
/// <param name="seed">The schedule and the inputs; 0 is first in, first out.</param>
internal sealed class SanitizedChecks(int seed) : IDisposable
{
    /// <summary>The most accesses of one shape: so many are looked at in a few milliseconds.</summary>
    public const long MostAccesses = 200_000;

    /// <summary>The schedule of the run beside first in, first out.</summary>
    private const int InterruptingSeed = 1;

    private readonly ConcurrentDictionary<int, ConcurrentBag<EmulatedDevice>> _devices = new();

    public CheckResult Check(OpCase operation, ElementKind kind, string variant, int cases)
    {
        CaseShape[] shapes = [.. operation.RaggedShapesOf(variant).Take(cases)];
        var runs = shapes.Select((shape, i) => (Shape: shape, Schedule: seed, Input: seed + i + 1));
        if (seed == 0 && shapes.Length > 0)
        {
            var last = Array.IndexOf(shapes, shapes.MaxBy(shape => shape.Count));
            runs = runs.Append((shapes[last], InterruptingSeed, InterruptingSeed + last + 1));
        }

        var (worst, accesses, count) = (0.0, 0L, 0);
        foreach (var run in runs)
        {
            count = Math.Min(count + 1, shapes.Length);
            var (error, seen, reports) = Run(operation, kind, variant, run.Shape, run.Schedule, run.Input);
            accesses += seen;
            worst = Math.Max(worst, error.Error);
            var failure = error.Failure ?? (seen > MostAccesses ? $"{seen} checked accesses, at most {MostAccesses} a case" : null);
            if (failure is not null || reports.Length > 0)
            {
                var result = new CaseResult(operation, kind, variant, count, worst, operation.ToleranceOf(kind, variant), failure is null ? null : $"{run.Shape}: {failure}");
                return new CheckResult(result, accesses, reports, $"check {operation.Name} --sanitize --seed {run.Schedule}");
            }
        }

        return new CheckResult(new CaseResult(operation, kind, variant, count, worst, operation.ToleranceOf(kind, variant), null), accesses, [], null);
    }

    private (CaseError Error, long Accesses, EmulationReport[] Reports) Run(OpCase operation, ElementKind kind, string variant, CaseShape shape, int schedule, int input)
    {
        var idle = _devices.GetOrAdd(schedule, _ => []);
        if (!idle.TryTake(out var device))
        {
            device = EmulatedDevice.Open(new EmulationOptions { Sanitize = true, Seed = schedule });
        }

        var before = device.CheckedAccesses;
        var error = CaseRunner.CheckShape(device, operation, kind, variant, shape, input);
        EmulationReport[] reports = [.. device.Reports.Where(report => report.Rule != EmulationReport.NoteRule)];
        var accesses = device.CheckedAccesses - before;
        if (reports.Length == 0 && error.Failure is null)
        {
            device.ClearReports();
            idle.Add(device);
        }
        else
        {
            // A fault has ended its context: the next case gets a new device.
            device.Dispose();
        }

        return (error, accesses, reports);
    }

    public void Dispose()
    {
        foreach (var device in _devices.Values.SelectMany(idle => idle))
        {
            device.Dispose();
        }
    }
}
