namespace CudaKernels.Cli.Training;

/// <summary>The device that a training was asked to run on; the software device may watch every access to memory.</summary>
internal sealed class TrainingDevice : IDisposable
{
    // A checked kernel is slower, and ended early when it stops accessing memory.
    private static readonly TimeSpan s_checkedTimeLimit = TimeSpan.FromMinutes(30);

    private readonly EmulatedDevice? _checking;

    /// <exception cref="UsageException">There is no such device, or it cannot watch.</exception>
    public TrainingDevice(TrainingOptions options)
    {
        if (options.Sanitize && options.Device != "emulated")
        {
            throw new UsageException($"--sanitize runs on the software device: --device emulated, got '{options.Device}'");
        }

        _checking = options.Sanitize ? EmulatedDevice.Open(new EmulationOptions { Sanitize = true, Seed = options.Seed, KernelTimeLimit = s_checkedTimeLimit }) : null;
        Device = _checking?.Device ?? DeviceChoice.Open(options.Device);
    }

    public ComputeDevice Device { get; }

    /// <summary>The mistakes that the software device saw, where it watches.</summary>
    public IReadOnlyList<EmulationReport> Reports => [.. (_checking?.Reports ?? []).Where(report => report.Rule != EmulationReport.NoteRule)];

    public void Dispose() => Device.Dispose();
}
