using System.Collections.Concurrent;
using CudaKernels.Catalog;

namespace CudaKernels.Cli.Checks;

/// <summary>Runs cases in the checking mode, on a software device for each processor: a launch takes one thread there.</summary>
/// <param name="seed">The schedule; 0 is first in, first out.</param>
internal sealed class SanitizedChecks(int seed) : IDisposable
{
    private readonly ConcurrentBag<EmulatedDevice> _devices = [];

    public CheckResult Check(OpCase operation, ElementKind kind, string variant, int cases)
    {
        if (!_devices.TryTake(out var device))
        {
            device = EmulatedDevice.Open(new EmulationOptions { Sanitize = true, Seed = seed });
        }

        var before = device.CheckedAccesses;
        var result = CaseRunner.Check(device, operation, kind, variant, seed, cases, CaseRunner.IsSmall);
        EmulationReport[] reports = [.. device.Reports.Where(report => report.Rule != EmulationReport.NoteRule)];
        var accesses = device.CheckedAccesses - before;
        if (reports.Length == 0 && result.Passed)
        {
            device.ClearReports();
            _devices.Add(device);
        }
        else
        {
            // A fault has ended its context: the next case gets a new device.
            device.Dispose();
        }

        return new CheckResult(result, accesses, reports);
    }

    public void Dispose()
    {
        while (_devices.TryTake(out var device))
        {
            device.Dispose();
        }
    }
}
