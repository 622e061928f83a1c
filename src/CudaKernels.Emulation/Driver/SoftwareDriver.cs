using System.Collections.Concurrent;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The software driver of this process: the devices that are leased, and what belongs to none of them.</summary>
internal static class SoftwareDriver
{
    /// <summary>The CUDA version that the driver says it has.</summary>
    public const int Version = 13000;

    private static readonly ConcurrentDictionary<int, SoftwareDevice> s_devices = [];
    private static int s_count;

    /// <summary>Handles made with no context current: libraries and graphs.</summary>
    public static HandleTable Unowned { get; } = new(-1);

    /// <summary>One more than the highest ordinal given so far. An ordinal is never given twice, so a stale handle cannot reach another device.</summary>
    public static int Count => Volatile.Read(ref s_count);

    public static SoftwareDevice Lease(EmulationOptions options)
    {
        var device = new SoftwareDevice(Interlocked.Increment(ref s_count) - 1, options);
        s_devices[device.Ordinal] = device;
        return device;
    }

    public static void Return(SoftwareDevice device) => s_devices.TryRemove(device.Ordinal, out _);

    public static SoftwareDevice? FindOrNull(int ordinal) => s_devices.GetValueOrDefault(ordinal);

    public static SoftwareDevice Find(CUdevice device) => FindOrNull(device.Value) ?? throw new DriverError(CUresult.CUDA_ERROR_INVALID_DEVICE);

    public static (HandleTable? Table, SoftwareDevice? Device) TableOf(int ordinal)
    {
        if (ordinal == -1)
            return (Unowned, null);
        var device = FindOrNull(ordinal);
        return (device?.Handles, device);
    }

    /// <summary>The table for an object that needs no context: the current device's where there is one.</summary>
    public static HandleTable TableForNew => ContextStack.Current?.Device.Handles ?? Unowned;

    /// <summary>Keeps a failure of the software device itself; with no device in sight, all of them get it.</summary>
    public static void ReportInternal(SoftwareDevice? device, EmulationReport report)
    {
        if (device is not null)
        {
            device.Reports.Add(report);
            return;
        }

        foreach (var each in s_devices.Values)
            each.Reports.Add(report);
    }
}
