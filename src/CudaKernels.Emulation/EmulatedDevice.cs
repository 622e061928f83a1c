using CudaKernels.Emulation;
using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>A software CUDA device: the same runtime, the same kernels, no GPU. Each one opened has memory, streams, errors and reports of its own.</summary>
/// <remarks>
/// Its streams are real queues that run on a thread of the device, in an order between streams that
/// <see cref="EmulationOptions.Seed"/> chooses, so a missing wait shows. A mistake in a kernel or in the use of the driver is
/// kept in <see cref="Reports"/>. Any thread may call.
/// </remarks>
public sealed class EmulatedDevice : IDisposable
{
    private readonly SoftwareDevice _software;

    private EmulatedDevice(SoftwareDevice software, CudaDevice device)
    {
        _software = software;
        Device = device;
    }

    /// <summary>The device as the runtime sees it: everything that takes a <see cref="CudaDevice"/> takes this one.</summary>
    public CudaDevice Device { get; }

    /// <summary>How the device was made.</summary>
    public EmulationOptions Options => _software.Options;

    /// <summary>The number of the device among those of the software driver; no other device of the process has had it.</summary>
    public int Ordinal => _software.Ordinal;

    /// <summary>
    /// Mistakes seen so far, oldest first: a copy. It can still be read after the device is closed, and then holds what calls of the raw layer have
    /// leaked, too.
    /// </summary>
    public IReadOnlyList<EmulationReport> Reports => _software.Reports.Snapshot();

    /// <summary>The accesses to memory that the checking mode (<see cref="EmulationOptions.Sanitize"/>) has looked at so far.</summary>
    public long CheckedAccesses => (long)_software.Accesses;

    /// <summary>Whether this machine can run kernels on the software device, which compiles them with a C++ compiler.</summary>
    /// <param name="description">The compiler that is used, or what was looked for in vain.</param>
    public static bool IsSupported(out string description)
    {
        var found = HostCompiler.TryFind(out var compiler, out var reason);
        description = compiler?.Version ?? reason!;
        return found;
    }

    /// <summary>Opens a new software device.</summary>
    /// <param name="options">Its size and behaviour; null for the defaults.</param>
    /// <param name="runtimeOptions">Options of the runtime above it; null for the defaults.</param>
    /// <exception cref="CudaException">The runtime could not use the device.</exception>
    /// <exception cref="CudaNotSupportedException">The checking mode was asked for, and there is no C++ compiler.</exception>
    public static EmulatedDevice Open(EmulationOptions? options = null, CudaDeviceOptions? runtimeOptions = null)
    {
        var software = SoftwareDriver.Lease(options ?? EmulationOptions.Default);
        try
        {
            var id = FormattableString.Invariant($"emulated:{software.Ordinal}");
            if (software.Options.Sanitize)
                NativeRuntime.Instance.EnableChecks();
            var sources = new CudaDeviceSources(new SoftwareDriverSource(), new SoftwareNvrtcSource(), new SoftwareCublasSource(), DeviceKind.Emulated, id)
            {
                CublasLt = new SoftwareCublasLtSource(),
                CompilesInBulk = true,
                // The software NVRTC's images have no PTX to read it from, and hang on the engine that they call.
                CompilerBuild = () => EngineFolder.Build,
                CompilerOptions = software.Options.Sanitize ? [CompilerOptions.CheckOption] : [],
            };
            var device = CudaDevice.Open(sources, software.Ordinal, runtimeOptions);
            device.Disposed = software.Dispose;
            return new EmulatedDevice(software, device);
        }
        catch
        {
            software.Dispose();
            throw;
        }
    }

    /// <summary>Makes calls of a driver function on this device fail.</summary>
    /// <param name="function">The function's name as in <see cref="DriverApi"/>, such as <c>cuMemAllocFromPoolAsync</c>.</param>
    /// <param name="result">What the calls return. Nothing else happens in them, and the error is not sticky.</param>
    /// <param name="afterCalls">How many calls still run as usual before.</param>
    /// <param name="count">How many calls fail then.</param>
    /// <exception cref="ArgumentException">The software driver has no such function, or the result is CUDA_SUCCESS.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or the count is 0.</exception>
    public void InjectError(string function, CUresult result, int afterCalls = 0, int count = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(function);
        ArgumentOutOfRangeException.ThrowIfNegative(afterCalls);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (!SoftwareDriverSource.Entries.ContainsKey(function))
            throw new ArgumentException($"the software CUDA device does not provide {function}", nameof(function));
        if (result == CUresult.CUDA_SUCCESS)
            throw new ArgumentException("CUDA_SUCCESS is no error", nameof(result));
        _software.Injected.Add(function, result, afterCalls, count);
    }

    /// <summary>Takes back all that <see cref="InjectError"/> planned.</summary>
    public void ClearInjectedErrors() => _software.Injected.Clear();

    /// <summary>Forgets the reports so far.</summary>
    public void ClearReports() => _software.Reports.Clear();

    /// <summary>The device as the runtime sees it.</summary>
    /// <param name="device">The software device.</param>
    public static implicit operator CudaDevice(EmulatedDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.Device;
    }

    /// <summary>
    /// Closes the device: waits for its work and frees what was made from it. What calls of the raw layer have left is freed too and added to
    /// <see cref="Reports"/>; for what the runtime's objects still hold, ask <see cref="CudaDevice.CreateLeakReport"/> before.
    /// </summary>
    public void Dispose() => Device.Dispose();
}
