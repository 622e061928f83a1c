using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CudaKernels.Cli.Bench.Latency;

/// <summary>Measures how long a device needs for work that waits for it complete: a host function holds the stream until everything is queued.</summary>
/// <remarks>Otherwise a kernel of a microsecond would be done before the next one is launched, and the time were that of the launches.</remarks>
internal sealed unsafe class HeldStream : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly CudaStream _stream;
    private readonly ManualResetEventSlim _gate = new();
    private readonly CudaEvent? _start, _stop;
    private readonly GCHandle _self;

    public HeldStream(CudaStream stream)
    {
        _stream = stream;
        _self = GCHandle.Alloc(this);
        // The software device has no clock of its own.
        if (stream.Device.Kind == DeviceKind.Cuda)
        {
            (_start, _stop) = (stream.Device.CreateEvent(), stream.Device.CreateEvent());
        }
    }

    /// <summary>The milliseconds that the device needs for what <paramref name="enqueue"/> gives to the stream.</summary>
    public double Measure(Action enqueue)
    {
        _gate.Reset();
        var device = _stream.Device;
        BareCall.Require((int)device.Driver.cuLaunchHostFunc(_stream.Handle, &Hold, (void*)GCHandle.ToIntPtr(_self)), nameof(device.Driver.cuLaunchHostFunc));
        try
        {
            Record(_start);
            enqueue();
            Record(_stop);
        }
        finally
        {
            _gate.Set();
        }

        var released = Stopwatch.GetTimestamp();
        _stream.Synchronize();
        return _stop?.MillisecondsSince(_start!) ?? Stopwatch.GetElapsedTime(released).TotalMilliseconds;
    }

    public void Dispose()
    {
        _stream.Synchronize();
        _start?.Dispose();
        _stop?.Dispose();
        _self.Free();
        _gate.Dispose();
    }

    private void Record(CudaEvent? mark)
    {
        if (mark is not null)
        {
            _stream.Record(mark);
        }
    }

    [UnmanagedCallersOnly]
    private static void Hold(void* self) => ((HeldStream)GCHandle.FromIntPtr((nint)self).Target!)._gate.Wait(s_patience);
}
