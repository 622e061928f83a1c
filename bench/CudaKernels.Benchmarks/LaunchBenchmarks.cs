using BenchmarkDotNet.Attributes;
using CudaKernels.Tests.Runtime;

namespace CudaKernels.Benchmarks;

/// <summary>The managed cost of a launch: checks, argument packing, hazards of two buffers, against a driver whose launch returns at once.</summary>
public class LaunchBenchmarks
{
    private CudaDevice? _device;
    private CudaKernel? _kernel;
    private DeviceBuffer<float>? _x, _y;

    [GlobalSetup]
    public void Open()
    {
        if (!NativeReturn.IsSupported)
        {
            throw new PlatformNotSupportedException("The function that returns at once is written for x64 Linux.");
        }

        FakeDriver.Reset();
        FakeDriver.ParameterSizes = [8, 8, 4, 4];
        _device = FakeDriver.Open(source: new FakeDriver { LaunchFunction = NativeReturn.Make() });
        _kernel = _device.LoadModule("PTX"u8, "saxpy.cu").GetKernel("_Z5saxpyPfPKffi");
        _x = _device.CreateBuffer<float>(1024);
        _y = _device.CreateBuffer<float>(1024);
    }

    [GlobalCleanup]
    public void Close()
    {
        _x?.Dispose();
        _y?.Dispose();
        _device?.Dispose();
    }

    /// <summary>Two buffers and two scalars.</summary>
    [Benchmark]
    public void LaunchWithFourArguments() => _device!.DefaultStream.Launch(_kernel!, LaunchConfig.Cover(1024), _y!, _x!, 2f, 1024);
}
