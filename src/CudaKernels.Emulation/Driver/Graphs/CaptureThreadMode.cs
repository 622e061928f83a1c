using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>How much this thread lets captures restrict it: what cuThreadExchangeStreamCaptureMode sets.</summary>
internal static class CaptureThreadMode
{
    [ThreadStatic]
    private static CUstreamCaptureMode t_mode;

    public static CUstreamCaptureMode Exchange(CUstreamCaptureMode mode)
    {
        var old = t_mode;
        t_mode = mode;
        return old;
    }

    /// <summary>Whether a call that could disturb a capture is forbidden on this thread.</summary>
    public static bool Forbids(StreamCapture capture) => t_mode switch
    {
        CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED => false,
        CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL => IsOwn(capture),
        _ => capture.Mode == CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_GLOBAL || IsOwn(capture),
    };

    private static bool IsOwn(StreamCapture capture) =>
        capture.ThreadId == Environment.CurrentManagedThreadId && capture.Mode != CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED;
}
