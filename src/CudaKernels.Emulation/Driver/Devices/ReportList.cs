namespace CudaKernels.Emulation;

/// <summary>The reports of one device, in the order they came. Any thread may add.</summary>
internal sealed class ReportList
{
    // A loop that makes the same mistake a million times must not fill the memory.
    private const int Most = 10_000;
    private readonly List<EmulationReport> _reports = [];

    public IReadOnlyList<EmulationReport> Snapshot()
    {
        lock (_reports)
            return [.. _reports];
    }

    public void Add(EmulationReport report)
    {
        lock (_reports)
        {
            // The same mistake of one kernel in several launches is one report.
            var known = report.Kernel is null || report.Line == 0 ? -1 : _reports.FindIndex(other =>
                other.Rule == report.Rule && other.Line == report.Line && other.OtherLine == report.OtherLine && other.File == report.File && other.Kernel == report.Kernel);
            if (known >= 0)
                _reports[known] = _reports[known] with { Count = _reports[known].Count + report.Count };
            else if (_reports.Count < Most)
                _reports.Add(report);
        }
    }

    /// <summary>Reports a wrong use of the driver function that this thread is in.</summary>
    public void Misuse(string message) => Add(new EmulationReport("misuse", message) { Function = SoftwareCall.Name });

    public void Clear()
    {
        lock (_reports)
            _reports.Clear();
    }
}
