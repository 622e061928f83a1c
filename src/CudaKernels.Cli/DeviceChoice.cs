using System.Globalization;

namespace CudaKernels.Cli;

/// <summary>Opens the device that <c>--device</c> names.</summary>
internal static class DeviceChoice
{
    /// <param name="name">cpu, emulated, or cuda:N.</param>
    /// <param name="threads">Threads of the managed device; null takes its default.</param>
    /// <exception cref="UsageException">The name is none of these, or there is no such GPU.</exception>
    public static ComputeDevice Open(string name, int? threads = null)
    {
        switch (name)
        {
            case "cpu":
                return new CpuDevice(threads is { } count ? new CpuDeviceOptions { Threads = count } : null);
            case "emulated":
                return EmulatedDevice.Open().Device;
            case "cuda":
                name = "cuda:0";
                break;
        }

        if (!name.StartsWith("cuda:", StringComparison.Ordinal) || !int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal))
        {
            throw new UsageException($"--device takes cpu, emulated or cuda:N, got '{name}'");
        }

        return CudaDevice.TryOpen(ordinal, out var device, out var reason) ? device : throw new UsageException($"cuda:{ordinal} cannot be opened: {reason}");
    }

    /// <summary>What <c>--device</c> defaults to: the first GPU where there is one, else the processor.</summary>
    public static string Default()
    {
        if (!CudaDevice.TryOpen(0, out var device, out _))
        {
            return "cpu";
        }

        device.Dispose();
        return "cuda:0";
    }
}
