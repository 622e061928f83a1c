using CudaKernels.Interop;

namespace CudaKernels.Tests.Runtime;

public sealed class GpuMonitorTests : FakeDriverTests, IDisposable
{
    private readonly CudaDevice _device;

    public GpuMonitorTests()
    {
        FakeNvml.Reset();
        _device = FakeDriver.Open();
    }

    private string Bus => _device.Specification.PciAddress + ".0";

    public void Dispose() => _device.Dispose();

    [Fact]
    public void ReadsTheDeviceAtItsPlaceOnTheBus()
    {
        FakeNvml.BusId = Bus;
        FakeNvml.Values = (1755, 2619, 512_250, 61, 0x84);
        Assert.True(GpuMonitor.TryOpen(new FakeNvml(), _device.Specification, out var monitor, out var reason), reason);
        using (monitor)
        {
            Assert.Equal(new GpuReading(1755, 2619, 512.25, 61, ThrottleReasons.PowerCap | ThrottleReasons.PowerBrake), monitor.Read());
            Assert.Equal(1, FakeNvml.Started);
        }

        Assert.Equal(0, FakeNvml.Started);
        monitor.Dispose();
        Assert.Equal(0, FakeNvml.Started);
        Assert.Throws<ObjectDisposedException>(() => monitor.Read());
    }

    [Fact]
    public void FindsTheDeviceByItsId()
    {
        FakeNvml.Uuid = _device.Specification.Uuid;
        Assert.True(GpuMonitor.TryOpen(new FakeNvml(), _device.Specification, out var monitor, out var reason), reason);
        monitor.Dispose();
    }

    [Fact]
    public void ADeviceThatNvmlDoesNotKnowHasNone()
    {
        Assert.False(GpuMonitor.TryOpen(new FakeNvml(), _device.Specification, out var monitor, out var reason));
        Assert.Null(monitor);
        Assert.Contains(Bus, reason, StringComparison.Ordinal);
        Assert.Contains("NVML_ERROR_NOT_FOUND", reason, StringComparison.Ordinal);
        Assert.Equal(0, FakeNvml.Started);
    }

    [Fact]
    public void WithoutADriverNvmlDoesNotStart()
    {
        FakeNvml.Start = nvmlReturn_t.NVML_ERROR_DRIVER_NOT_LOADED;
        Assert.False(GpuMonitor.TryOpen(new FakeNvml(), _device.Specification, out _, out var reason));
        Assert.Contains("NVML_ERROR_DRIVER_NOT_LOADED", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ALibraryThatLacksWhatItNeedsIsNone()
    {
        Assert.False(GpuMonitor.TryOpen(new FakeNvml { Missing = { "nvmlInit" } }, _device.Specification, out _, out var reason));
        Assert.Contains("the fake NVML does not have it", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatTheDeviceDoesNotTellIsNull()
    {
        FakeNvml.BusId = Bus;
        FakeNvml.Answer = nvmlReturn_t.NVML_ERROR_NOT_SUPPORTED;
        Assert.True(GpuMonitor.TryOpen(new FakeNvml(), _device.Specification, out var monitor, out _));
        Assert.Equal(default, monitor.Read());
        monitor.Dispose();
    }

    [Fact]
    public void AnOlderDriverGivesTheReasonsUnderTheirOldName()
    {
        FakeNvml.BusId = Bus;
        FakeNvml.Values = (1, 2, 3, 4, 0x20);
        Assert.True(GpuMonitor.TryOpen(new FakeNvml { Missing = { "nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetTemperature" } }, _device.Specification, out var monitor, out _));
        var reading = monitor.Read();
        monitor.Dispose();
        Assert.Equal(ThrottleReasons.ThermalSlowdown, reading.ThrottleReasons);
        Assert.Null(reading.Celsius);
    }

    [Fact]
    public void ASoftwareDeviceHasNone()
    {
        var driver = new FakeDriver();
        using var software = CudaDevice.Open(new CudaDeviceSources(driver, driver, null, DeviceKind.Emulated, "fake:1"), 0, new CudaDeviceOptions { UseKernelCache = false });
        Assert.False(GpuMonitor.TryOpen(software, out var monitor, out var reason));
        Assert.Null(monitor);
        Assert.Equal("fake:1 is no GPU", reason);
    }
}
