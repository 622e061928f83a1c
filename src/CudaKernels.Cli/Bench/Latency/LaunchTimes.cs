using System.Diagnostics;
using CudaKernels.Interop;

namespace CudaKernels.Cli.Bench.Latency;

/// <summary>What a launch costs the thread that makes it, beside the driver's functions called through their bare pointers with parameters that are ready.</summary>
internal sealed unsafe class LaunchTimes
{
    // A stream takes about a thousand launches before the next one has to wait for the GPU.
    private const int Calls = 200;
    private readonly CudaStream _stream;
    private readonly CudaKernel _kernel;
    private readonly DeviceBuffer<float> _y, _x;
    private readonly LaunchConfig _config = new(1, 32);
    private readonly delegate* unmanaged<CUfunction, uint, uint, uint, uint, uint, uint, uint, CUstream, void**, void**, CUresult> _launchKernel;
    private readonly delegate* unmanaged<CUlaunchConfig*, CUfunction, void**, void**, CUresult> _launchKernelEx;
    private readonly delegate* unmanaged<CUstream, CUresult> _synchronize;

    private LaunchTimes(LatencyLab lab, string kernel)
    {
        var device = lab.Cuda!;
        _stream = device.DefaultStream;
        _kernel = lab.Kernel(kernel);
        (_y, _x) = (device.CreateBuffer<float>(1024), device.CreateBuffer<float>(1024));
        _launchKernel = (delegate* unmanaged<CUfunction, uint, uint, uint, uint, uint, uint, uint, CUstream, void**, void**, CUresult>)BareCall.Address(device, nameof(DriverApi.cuLaunchKernel));
        _launchKernelEx = (delegate* unmanaged<CUlaunchConfig*, CUfunction, void**, void**, CUresult>)BareCall.Address(device, nameof(DriverApi.cuLaunchKernelEx));
        _synchronize = (delegate* unmanaged<CUstream, CUresult>)BareCall.Address(device, nameof(DriverApi.cuStreamSynchronize));
    }

    /// <summary>A kernel without parameters.</summary>
    public static LatencyContest Empty(LatencyLab lab)
    {
        var times = new LaunchTimes(lab, "empty");
        return times.Contest(times.LaunchEmpty, withArguments: false);
    }

    /// <summary>Two buffers, whose order among streams the typed launch looks after, and two numbers.</summary>
    public static LatencyContest FourArguments(LatencyLab lab)
    {
        var times = new LaunchTimes(lab, "four_arguments");
        return times.Contest(times.LaunchWithArguments, withArguments: true);
    }

    /// <summary>The way to the device and back: a launch, and a wait until it is done.</summary>
    public static LatencyContest AndWait(LatencyLab lab)
    {
        var times = new LaunchTimes(lab, "empty");
        return new LatencyContest(() => times.Sample(times.LaunchAndWait), Turns.OfCalls)
        {
            Kernels = 1,
            Peers = [("cuLaunchKernel", () => times.Sample(times.BareLaunchAndWait))],
            AllocatedBytes = () => times.Allocated(times.LaunchAndWait, times.BareLaunchAndWait),
            Owned = [times._y, times._x],
        };
    }

    // The software device's driver is managed code: what it allocates itself is not the launch's.
    private long Allocated(Action ours, Action bare) => AllocatedBytes.Of(ours, Calls, _stream) - AllocatedBytes.Of(bare, Calls, _stream);

    private LatencyContest Contest(Action launches, bool withArguments) => new(() => Sample(launches), Turns.OfCalls)
    {
        Kernels = Calls,
        Peers = [("cuLaunchKernel", () => Sample(() => BareLaunches(withArguments))), ("cuLaunchKernelEx", () => Sample(() => BareExtendedLaunches(withArguments)))],
        AllocatedBytes = () => Allocated(launches, () => BareExtendedLaunches(withArguments)),
        Owned = [_y, _x],
    };

    // The wait is outside of the time.
    private double Sample(Action calls)
    {
        var start = Stopwatch.GetTimestamp();
        calls();
        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        _stream.Synchronize();
        return time / Calls;
    }

    private void LaunchEmpty()
    {
        for (var i = 0; i < Calls; i++)
        {
            _stream.Launch(_kernel, _config);
        }
    }

    private void LaunchWithArguments()
    {
        for (var i = 0; i < Calls; i++)
        {
            _stream.Launch(_kernel, _config, _y, _x, 2f, 1024);
        }
    }

    private void LaunchAndWait()
    {
        for (var i = 0; i < Calls; i++)
        {
            _stream.Launch(_kernel, _config);
            _stream.Synchronize();
        }
    }

    private void BareLaunches(bool withArguments)
    {
        var (y, x, alpha, n) = (_y.Address, _x.Address, 2f, 1024);
        var values = stackalloc void*[4] { &y, &x, &alpha, &n };
        var parameters = withArguments ? values : null;
        var launch = _launchKernel;
        var (kernel, stream, failed) = (_kernel.Handle, _stream.Handle, 0);
        for (var i = 0; i < Calls; i++)
        {
            failed |= (int)launch(kernel, 1, 1, 1, 32, 1, 1, 0, stream, parameters, null);
        }

        BareCall.Require(failed, "cuLaunchKernel");
    }

    private void BareExtendedLaunches(bool withArguments)
    {
        var (y, x, alpha, n) = (_y.Address, _x.Address, 2f, 1024);
        var values = stackalloc void*[4] { &y, &x, &alpha, &n };
        CUlaunchConfig config = default;
        (config.gridDimX, config.gridDimY, config.gridDimZ, config.blockDimX, config.blockDimY, config.blockDimZ, config.hStream) = (1, 1, 1, 32, 1, 1, _stream.Handle);
        var parameters = withArguments ? values : null;
        var launch = _launchKernelEx;
        var (kernel, failed) = (_kernel.Handle, 0);
        for (var i = 0; i < Calls; i++)
        {
            failed |= (int)launch(&config, kernel, parameters, null);
        }

        BareCall.Require(failed, "cuLaunchKernelEx");
    }

    private void BareLaunchAndWait()
    {
        var launch = _launchKernel;
        var synchronize = _synchronize;
        var (kernel, stream, failed) = (_kernel.Handle, _stream.Handle, 0);
        for (var i = 0; i < Calls; i++)
        {
            failed |= (int)launch(kernel, 1, 1, 1, 32, 1, 1, 0, stream, null, null);
            failed |= (int)synchronize(stream);
        }

        BareCall.Require(failed, "cuLaunchKernel");
    }
}
