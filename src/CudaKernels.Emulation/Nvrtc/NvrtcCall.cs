using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>What every entry of the software NVRTC does before and after its work.</summary>
internal static class NvrtcCall
{
    [ThreadStatic]
    private static string? t_name;

    public static void Begin(string name) => t_name = name;

    /// <summary>Ends a call that failed.</summary>
    public static nvrtcResult Caught(Exception failure)
    {
        if (failure is NvrtcError error)
            return error.Result;
        SoftwareDriver.ReportInternal(ContextStack.Current?.Device, new EmulationReport("internal", failure.ToString()) { Function = t_name });
        return failure is OutOfMemoryException ? nvrtcResult.NVRTC_ERROR_OUT_OF_MEMORY : nvrtcResult.NVRTC_ERROR_INTERNAL_ERROR;
    }

    /// <summary>Ends a call that gives a text and failed: with none.</summary>
    public static unsafe byte* CaughtText(Exception failure)
    {
        Caught(failure);
        return (byte*)NativeText.Keep("unknown");
    }
}
