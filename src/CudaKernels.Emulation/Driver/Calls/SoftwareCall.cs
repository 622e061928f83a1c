using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>What every entry of the software driver does before and after its work.</summary>
internal static class SoftwareCall
{
    [ThreadStatic]
    private static string? t_name;

    [ThreadStatic]
    private static SoftwareDevice? t_hostFunctionOf;

    /// <summary>The driver function that this thread is in.</summary>
    public static string Name => t_name ?? "a driver function";

    /// <summary>Begins a call that concerns the current context's device.</summary>
    public static void Begin(string name) => Begin(name, ContextStack.Current?.Device);

    /// <summary>Begins a call that names its device.</summary>
    public static void Begin(string name, CUdevice device) => Begin(name, SoftwareDriver.FindOrNull(device.Value) ?? ContextStack.Current?.Device);

    /// <summary>Ends a call that failed.</summary>
    public static CUresult Caught(Exception failure)
    {
        if (failure is DriverError error)
            return error.Code;
        if (failure is OutOfMemoryException)
            return CUresult.CUDA_ERROR_OUT_OF_MEMORY;
        SoftwareDriver.ReportInternal(ContextStack.Current?.Device, new EmulationReport("internal", failure.ToString()) { Function = Name });
        return CUresult.CUDA_ERROR_UNKNOWN;
    }

    /// <summary>Runs a host function on this thread; CUDA calls in it are refused.</summary>
    public static void EnterHostFunction(SoftwareDevice device) => t_hostFunctionOf = device;

    /// <summary>Ends a host function.</summary>
    public static void LeaveHostFunction() => t_hostFunctionOf = null;

    private static void Begin(string name, SoftwareDevice? device)
    {
        t_name = name;
        if (t_hostFunctionOf is { } running)
        {
            running.Reports.Misuse("a host function of a stream called the driver, which is not allowed");
            throw new DriverError(CUresult.CUDA_ERROR_NOT_PERMITTED);
        }

        device?.Injected.Throw(name);
    }
}
