using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>Permits a query of other streams on a thread that captures one: the driver counts some queries as unsafe there.</summary>
internal readonly unsafe ref struct RelaxedCapture : IDisposable
{
    private readonly DriverApi? _driver;
    private readonly CUstreamCaptureMode _previous;

    public RelaxedCapture(DriverApi driver)
    {
        if (!driver.IsAvailable(nameof(DriverApi.cuThreadExchangeStreamCaptureMode)))
            return;
        var mode = CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED;
        if (driver.cuThreadExchangeStreamCaptureMode(&mode) != CUresult.CUDA_SUCCESS)
            return;
        _driver = driver;
        _previous = mode;
    }

    public void Dispose()
    {
        if (_driver is null)
            return;
        var mode = _previous;
        _ = _driver.cuThreadExchangeStreamCaptureMode(&mode); // it took the other mode a moment ago
    }
}
