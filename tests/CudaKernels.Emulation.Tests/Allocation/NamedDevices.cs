namespace CudaKernels.Tests;

/// <summary>The devices that a test names, each opened when it is first asked for.</summary>
public sealed class NamedDevices : IDisposable
{
    public static TheoryData<string> Names => ["cpu", "cpu-one-thread", "emulated"];

    private readonly Dictionary<string, ComputeDevice> _devices = [];

    public ComputeDevice Get(string name)
    {
        if (name == "emulated")
        {
            var found = EmulatedDevice.IsSupported(out var reason);
            Assert.False(!found && Environment.GetEnvironmentVariable("CI") == "true", reason);
            Assert.SkipUnless(found, reason);
        }

        if (!_devices.TryGetValue(name, out var device))
        {
            _devices.Add(name, device = name switch
            {
                "emulated" => EmulatedDevice.Open().Device,
                "cpu" => new CpuDevice(new CpuDeviceOptions { Threads = 4 }),
                _ => new CpuDevice(new CpuDeviceOptions { Threads = 1 }),
            });
        }

        return device;
    }

    public void Dispose()
    {
        foreach (var device in _devices.Values)
        {
            device.Dispose();
        }
    }
}
