namespace CudaKernels.Tests;

/// <summary>A device that is given mistakes: each must be one clear exception, after which the device still works and holds nothing more than before.</summary>
internal sealed class SoundDevice : IDisposable
{
    private readonly EmulatedDevice? _emulated;
    private readonly CudaDeviceOptions _options;

    /// <param name="name"><c>cpu</c> or <c>emulated</c>.</param>
    /// <param name="options">The runtime's options on the software device; null for the defaults.</param>
    public SoundDevice(string name, CudaDeviceOptions? options = null)
    {
        _options = options ?? CudaDeviceOptions.Default;
        if (name == "emulated")
        {
            var found = EmulatedDevice.IsSupported(out var reason);
            Assert.False(!found && Environment.GetEnvironmentVariable("CI") == "true", reason);
            Assert.SkipUnless(found, reason);
            _emulated = EmulatedDevice.Open(null, _options);
        }

        Device = _emulated is null ? new CpuDevice() : _emulated.Device;

        // Twice, so that each of the four staging buffers of uploads is there before anything is counted.
        RequireWorking();
        RequireWorking();
    }

    public ComputeDevice Device { get; }

    /// <summary>The device as a CUDA device; only the software device is one.</summary>
    public CudaDevice Cuda => _emulated!.Device;

    /// <summary>The software device itself.</summary>
    public EmulatedDevice Emulated => _emulated!;

    /// <summary>Does what must be refused, and looks at the refusal, the memory and the device after it.</summary>
    /// <param name="mistake">The call.</param>
    /// <param name="named">What the message must name: above all the value that was got.</param>
    public TException Refuses<TException>(Action mistake, params string[] named) where TException : Exception
    {
        var before = Held();
        var failure = Assert.Throws<TException>(mistake);
        Assert.All(named, part => Assert.Contains(part, failure.Message));
        Assert.Equal(before, Held());
        RequireWorking();
        return failure;
    }

    /// <summary>An operation, from the host and back, with the right result.</summary>
    public void RequireWorking()
    {
        using var x = Device.CreateTensor<float>([1, 2, 3, 4], [2, 2]);
        using var y = Device.CreateTensor<float>([10, 20]);
        using var sum = x.Add(y);
        Assert.Equal([11f, 22f, 13f, 24f], sum.ToArray());
    }

    /// <summary>Closes the device, which then must have seen no mistake of the runtime's and no leak.</summary>
    public void Dispose()
    {
        Assert.Equal(0, Device is CpuDevice cpu ? cpu.LiveBytes : (long)Cuda.CreateLeakReport().ByteCount);
        Device.Dispose();
        if (_emulated is not null)
        {
            Assert.Empty(_emulated.Reports);
        }
    }

    // Modules of the operations are loaded once and stay, so they are left out; everything else that a refused call made must be gone.
    private string Held()
    {
        if (Device is CpuDevice cpu)
        {
            return $"{cpu.LiveBytes} bytes";
        }

        var report = Cuda.CreateLeakReport();
        var resources = report.Resources.Where(pair => pair.Key != nameof(ResourceKind.Library)).OrderBy(pair => pair.Key, StringComparer.Ordinal);
        return $"{report.Allocations.Count} allocations of {report.ByteCount} bytes; {string.Join(", ", resources)}";
    }
}
