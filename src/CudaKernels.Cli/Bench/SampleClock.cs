using System.Diagnostics;

namespace CudaKernels.Cli.Bench;

/// <summary>Measures how long some calls take: by the processor's clock, or on a GPU by events around them on the device's stream.</summary>
internal sealed class SampleClock
{
    private readonly CudaDevice? _device;
    private readonly CudaEvent? _start, _stop;

    private SampleClock(CudaDevice? device)
    {
        if (device is not null)
        {
            (_device, _start, _stop) = (device, device.CreateEvent(), device.CreateEvent());
        }
    }

    /// <summary>From before the calls until they are finished.</summary>
    public static SampleClock Processor { get; } = new(null);

    /// <summary>The clock for a device. The software device has none of its own.</summary>
    public static SampleClock Of(ComputeDevice device) => device is CudaDevice { Kind: DeviceKind.Cuda } gpu ? new SampleClock(gpu) : Processor;

    /// <summary>Whether a GPU measures.</summary>
    public bool IsOfGpu => _device is not null;

    /// <summary>The milliseconds of some calls.</summary>
    /// <param name="calls">Enqueues them.</param>
    /// <param name="finish">Waits for them.</param>
    public double Measure(Action calls, Action finish)
    {
        if (_device is null)
        {
            var start = Stopwatch.GetTimestamp();
            calls();
            finish();
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        _device.DefaultStream.Record(_start!);
        calls();
        _device.DefaultStream.Record(_stop!);
        finish();
        return _stop!.MillisecondsSince(_start!);
    }
}
