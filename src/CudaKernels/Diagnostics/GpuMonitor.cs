using System.Diagnostics.CodeAnalysis;
using System.Text;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>Clocks, power and temperature of a GPU, as NVML tells them.</summary>
/// <remarks>A reading costs some tens of microseconds on the calling thread and nothing on the GPU. Any thread may read; NVML is started for as long as the monitor lives.</remarks>
public sealed unsafe class GpuMonitor : IDisposable
{
    private readonly NvmlApi _nvml;
    private readonly nvmlDevice_t _device;
    private int _disposed;

    private GpuMonitor(NvmlApi nvml, nvmlDevice_t device) => (_nvml, _device) = (nvml, device);

    /// <summary>Opens the monitor of a device; there is none for the software device, nor where NVML is missing or does not know the device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="monitor">The monitor.</param>
    /// <param name="reason">Why there is none; null on success.</param>
    public static bool TryOpen(CudaDevice device, [NotNullWhen(true)] out GpuMonitor? monitor, out string? reason)
    {
        ArgumentNullException.ThrowIfNull(device);
        (monitor, reason) = (null, null);
        if (device.Kind != DeviceKind.Cuda)
        {
            reason = $"{device.Id} is no GPU";
            return false;
        }

        if (!NativeLibraries.Find(NativeLibraryKind.Nvml).Found)
        {
            reason = "there is no NVML on this machine";
            return false;
        }

        return TryOpen(NativeLibraries.OpenNvml(), device.Specification, out monitor, out reason);
    }

    /// <summary>Opens the monitor of a device over given functions of NVML.</summary>
    /// <param name="source">The functions.</param>
    /// <param name="device">Which device: NVML finds it by its place on the PCI bus, or by its unique id.</param>
    /// <param name="monitor">The monitor.</param>
    /// <param name="reason">Why there is none; null on success.</param>
    public static bool TryOpen(ISymbolSource source, DeviceSpecification device, [NotNullWhen(true)] out GpuMonitor? monitor, out string? reason)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(device);
        (monitor, reason) = (null, null);
        var nvml = new NvmlApi(source);
        string[] needed = [nameof(NvmlApi.nvmlInit), nameof(NvmlApi.nvmlShutdown), nameof(NvmlApi.nvmlDeviceGetHandleByPciBusId), nameof(NvmlApi.nvmlDeviceGetHandleByUUID)];
        if (Array.Find(needed, name => !nvml.IsAvailable(name)) is { } missing)
        {
            reason = $"NVML has no {missing}: {nvml.Find(missing).Reason}";
            return false;
        }

        var started = nvml.nvmlInit();
        if (started != nvmlReturn_t.NVML_SUCCESS)
        {
            reason = $"NVML does not start: nvmlInit gives {started}";
            return false;
        }

        nvmlDevice_t handle;
        nvmlReturn_t byBus, byId;
        fixed (byte* bus = Encoding.ASCII.GetBytes(BusId(device.PciAddress) + "\0"), id = Encoding.ASCII.GetBytes(device.Uuid + "\0"))
        {
            byBus = nvml.nvmlDeviceGetHandleByPciBusId(bus, &handle);
            byId = byBus == nvmlReturn_t.NVML_SUCCESS ? byBus : nvml.nvmlDeviceGetHandleByUUID(id, &handle);
        }

        if (byId != nvmlReturn_t.NVML_SUCCESS)
        {
            _ = nvml.nvmlShutdown();
            reason = $"NVML knows no device at {BusId(device.PciAddress)} ({byBus}) or of the id {device.Uuid} ({byId})";
            return false;
        }

        monitor = new GpuMonitor(nvml, handle);
        return true;
    }

    /// <summary>Asks the device; what it does not tell is null.</summary>
    /// <exception cref="ObjectDisposedException">The monitor is closed.</exception>
    public GpuReading Read()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        uint sm = 0, memory = 0, milliwatts = 0, celsius = 0;
        ulong reasons = 0;
        var hasSm = Has(nameof(NvmlApi.nvmlDeviceGetClockInfo)) && _nvml.nvmlDeviceGetClockInfo(_device, nvmlClockType_t.NVML_CLOCK_SM, &sm) == nvmlReturn_t.NVML_SUCCESS;
        var hasMemory = Has(nameof(NvmlApi.nvmlDeviceGetClockInfo)) && _nvml.nvmlDeviceGetClockInfo(_device, nvmlClockType_t.NVML_CLOCK_MEM, &memory) == nvmlReturn_t.NVML_SUCCESS;
        var hasPower = Has(nameof(NvmlApi.nvmlDeviceGetPowerUsage)) && _nvml.nvmlDeviceGetPowerUsage(_device, &milliwatts) == nvmlReturn_t.NVML_SUCCESS;
        var hasTemperature = Has(nameof(NvmlApi.nvmlDeviceGetTemperature)) && _nvml.nvmlDeviceGetTemperature(_device, nvmlTemperatureSensors_t.NVML_TEMPERATURE_GPU, &celsius) == nvmlReturn_t.NVML_SUCCESS;
        // The newer name of the same thing is in drivers from 535 on.
        var hasReasons = Has(nameof(NvmlApi.nvmlDeviceGetCurrentClocksEventReasons))
            ? _nvml.nvmlDeviceGetCurrentClocksEventReasons(_device, &reasons) == nvmlReturn_t.NVML_SUCCESS
            : Has(nameof(NvmlApi.nvmlDeviceGetCurrentClocksThrottleReasons)) && _nvml.nvmlDeviceGetCurrentClocksThrottleReasons(_device, &reasons) == nvmlReturn_t.NVML_SUCCESS;
        return new GpuReading(
            hasSm ? (int)sm : null, hasMemory ? (int)memory : null, hasPower ? milliwatts / 1000.0 : null, hasTemperature ? (int)celsius : null, hasReasons ? (ThrottleReasons)reasons : null);
    }

    /// <summary>Ends what the monitor started of NVML.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            // Nothing to do about a library that does not stop.
            _ = _nvml.nvmlShutdown();
        }
    }

    private bool Has(string function) => _nvml.IsAvailable(function);

    // NVML asks for the function of the PCI device too.
    private static string BusId(string address) => address + ".0";
}
