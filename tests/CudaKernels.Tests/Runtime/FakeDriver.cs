using System.Reflection;
using System.Runtime.InteropServices;
using CudaKernels.Interop;

namespace CudaKernels.Tests.Runtime;

/// <summary>A driver that does nothing on a device but keeps its books: memory is the host's, work is done at once, and every call can be made to fail.</summary>
internal sealed unsafe partial class FakeDriver : ISymbolSource
{
    private static readonly Dictionary<string, nint> s_functions = typeof(FakeDriver)
        .GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
        .Where(method => method.IsDefined(typeof(UnmanagedCallersOnlyAttribute)))
        .ToDictionary(method => method.Name, method => method.MethodHandle.GetFunctionPointer());

    private static readonly Lock s_gate = new();
    private static readonly List<string> s_calls = [];
    private static readonly Dictionary<string, (CUresult Result, int Times)> s_failures = [];
    private static readonly HashSet<nint> s_device = [];
    private static readonly HashSet<nint> s_host = [];
    private static readonly List<(nint Function, nint Data)> s_hostFunctions = [];
    private static long s_handles = 0x1000;
    private static bool s_capturing;

    /// <summary>Names that the source does not have.</summary>
    public HashSet<string> Missing { get; } = [];

    /// <summary>Takes the place of cuLaunchKernelEx unless 0.</summary>
    public nint LaunchFunction { get; init; }

    /// <summary>The parameter sizes of every kernel.</summary>
    public static int[] ParameterSizes { get; set; } = [];

    /// <summary>Whether calls are noted.</summary>
    public static bool Records { get; set; }

    /// <summary>Whether host functions wait for <see cref="RunHostFunctions"/>.</summary>
    public static bool HoldsHostFunctions { get; set; }

    /// <summary>Whether cuStreamQuery says that work is going on.</summary>
    public static bool IsBusy { get; set; }

    /// <summary>Called while a host thread waits for a stream.</summary>
    public static Action? Synchronizing { get; set; }

    /// <summary>Called while a host thread waits for the device.</summary>
    public static Action? DeviceSynchronizing { get; set; }

    public static CUlaunchConfig LastLaunch { get; private set; }

    public static ulong[] LastArguments { get; private set; } = [];

    public static CUlaunchAttributeID[] LastAttributes { get; private set; } = [];

    public static int LiveDeviceAllocations => Read(() => s_device.Count);

    public static int LiveHostAllocations => Read(() => s_host.Count);

    public static string[] Calls => Read(() => s_calls.ToArray());

    public static CudaDevice Open(CudaDeviceOptions? options = null, FakeDriver? source = null)
    {
        var driver = source ?? new FakeDriver();
        return CudaDevice.Open(new CudaDeviceSources(driver, driver, null, DeviceKind.Cuda, "fake:0"), 0, options ?? new CudaDeviceOptions { UseKernelCache = false });
    }

    public static void Reset()
    {
        lock (s_gate)
        {
            s_calls.Clear();
            s_failures.Clear();
            s_hostFunctions.Clear();
            ParameterSizes = [];
            (Synchronizing, DeviceSynchronizing) = (null, null);
            (Records, HoldsHostFunctions, IsBusy, s_capturing) = (false, false, false, false);
        }
    }

    /// <summary>Makes the next calls of a function fail.</summary>
    public static void Fail(string name, CUresult result, int times = int.MaxValue)
    {
        lock (s_gate)
            s_failures[name] = (result, times);
    }

    public static void RunHostFunctions()
    {
        (nint Function, nint Data)[] all;
        lock (s_gate)
        {
            all = [.. s_hostFunctions];
            s_hostFunctions.Clear();
        }

        foreach (var (function, data) in all)
            ((delegate* unmanaged<void*, void>)function)((void*)data);
    }

    public SymbolLookup Find(in NativeFunction function)
    {
        if (Missing.Contains(function.Name))
            return SymbolLookup.Missing($"needs CUDA {function.MinimumCuda / 1000}.{function.MinimumCuda % 1000 / 10}, the driver is 11.8");
        if (LaunchFunction != 0 && function.Name == "cuLaunchKernelEx")
            return SymbolLookup.Found(LaunchFunction);
        return s_functions.TryGetValue(function.Name, out var address) ? SymbolLookup.Found(address) : SymbolLookup.Missing("the fake driver does not have it");
    }

    private static T Read<T>(Func<T> read)
    {
        lock (s_gate)
            return read();
    }

    private static CUresult Answer(string name, string? detail = null)
    {
        lock (s_gate)
        {
            if (Records)
                s_calls.Add(detail is null ? name : $"{name} {detail}");
            if (!s_failures.TryGetValue(name, out var failure))
                return CUresult.CUDA_SUCCESS;
            if (failure.Times <= 1)
                s_failures.Remove(name);
            else
                s_failures[name] = failure with { Times = failure.Times - 1 };
            return failure.Result;
        }
    }

    private static CUresult Give<T>(T* place, T value, string name) where T : unmanaged
    {
        var answer = Answer(name);
        if (answer == CUresult.CUDA_SUCCESS)
            *place = value;
        return answer;
    }

    private static nint NewHandle() => (nint)Interlocked.Increment(ref s_handles);
}
