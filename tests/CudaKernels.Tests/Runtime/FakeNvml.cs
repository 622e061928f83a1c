using System.Reflection;
using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Tests.Runtime;

/// <summary>NVML with one device, whose readings a test sets.</summary>
internal sealed unsafe class FakeNvml : ISymbolSource
{
    private const nint Device = 0x77;

    private static readonly Dictionary<string, nint> s_functions = typeof(FakeNvml)
        .GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
        .Where(method => method.IsDefined(typeof(UnmanagedCallersOnlyAttribute)))
        .ToDictionary(method => method.Name, method => method.MethodHandle.GetFunctionPointer());

    /// <summary>Names that the source does not have.</summary>
    public HashSet<string> Missing { get; } = [];

    public static int Started { get; private set; }

    public static string BusId { get; set; } = "";

    public static string Uuid { get; set; } = "";

    public static nvmlReturn_t Start { get; set; }

    /// <summary>What the calls that read give back.</summary>
    public static nvmlReturn_t Answer { get; set; }

    public static (uint Sm, uint Memory, uint Milliwatts, uint Celsius, ulong Reasons) Values { get; set; }

    public static void Reset() => (Started, BusId, Uuid, Start, Answer, Values) = (0, "", "", default, default, default);

    public SymbolLookup Find(in NativeFunction function) =>
        !Missing.Contains(function.Name) && s_functions.TryGetValue(function.Name, out var address) ? SymbolLookup.Found(address) : SymbolLookup.Missing("the fake NVML does not have it");

    [UnmanagedCallersOnly]
    private static nvmlReturn_t nvmlInit()
    {
        Started += Start == nvmlReturn_t.NVML_SUCCESS ? 1 : 0;
        return Start;
    }

    [UnmanagedCallersOnly]
    private static nvmlReturn_t nvmlShutdown()
    {
        Started--;
        return nvmlReturn_t.NVML_SUCCESS;
    }

    [UnmanagedCallersOnly]
    private static nvmlReturn_t nvmlDeviceGetHandleByPciBusId(byte* bus, nvmlDevice_t* device) => Found(Marshal.PtrToStringUTF8((nint)bus) == BusId, device);

    [UnmanagedCallersOnly]
    private static nvmlReturn_t nvmlDeviceGetHandleByUUID(byte* id, nvmlDevice_t* device) => Found(Marshal.PtrToStringUTF8((nint)id) == Uuid, device);

    [UnmanagedCallersOnly]
    private static nvmlReturn_t nvmlDeviceGetClockInfo(nvmlDevice_t device, nvmlClockType_t type, uint* clock) =>
        Give(device, clock, type == nvmlClockType_t.NVML_CLOCK_SM ? Values.Sm : type == nvmlClockType_t.NVML_CLOCK_MEM ? Values.Memory : 0);

    [UnmanagedCallersOnly]
    private static nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t device, uint* power) => Give(device, power, Values.Milliwatts);

    [UnmanagedCallersOnly]
    private static nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t device, nvmlTemperatureSensors_t sensor, uint* degrees) => Give(device, degrees, sensor == nvmlTemperatureSensors_t.NVML_TEMPERATURE_GPU ? Values.Celsius : 0);

    [UnmanagedCallersOnly]
    private static nvmlReturn_t nvmlDeviceGetCurrentClocksEventReasons(nvmlDevice_t device, ulong* reasons) => Give(device, reasons, Values.Reasons);

    [UnmanagedCallersOnly]
    private static nvmlReturn_t nvmlDeviceGetCurrentClocksThrottleReasons(nvmlDevice_t device, ulong* reasons) => Give(device, reasons, Values.Reasons);

    private static nvmlReturn_t Found(bool isThis, nvmlDevice_t* device)
    {
        *device = new nvmlDevice_t(isThis ? Device : 0);
        return isThis ? nvmlReturn_t.NVML_SUCCESS : nvmlReturn_t.NVML_ERROR_NOT_FOUND;
    }

    private static nvmlReturn_t Give<T>(nvmlDevice_t device, T* place, T value) where T : unmanaged
    {
        if (device.Value != Device)
            return nvmlReturn_t.NVML_ERROR_INVALID_ARGUMENT;
        *place = value;
        return Answer;
    }
}
