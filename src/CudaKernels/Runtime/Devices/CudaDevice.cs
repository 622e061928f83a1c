using CudaKernels.Interop;

namespace CudaKernels;

/// <summary>A CUDA device: its primary context, its memory, its streams and its kernels. Behind it stands the NVIDIA driver or the software device.</summary>
/// <remarks>
/// <para>Any thread may call. The primary context is shared with other CUDA code of the process; it is made current on a thread when
/// a call needs it, and remembered, so other code that changes a thread's current context has to restore it.</para>
/// <para>Work goes to streams; <see cref="DefaultStream"/> is the device's own non-blocking stream, never the null stream.</para>
/// <para>Disposing the device waits for its work and frees everything made from it. It never throws.</para>
/// </remarks>
public sealed unsafe partial class CudaDevice : ComputeDevice
{
    private readonly CudaDeviceSources _sources;
    private readonly Lazy<NvrtcCompiler> _compiler;
    private readonly Lazy<bool> _compilesWgmma;
    private readonly Lazy<MatMulTimings> _matMulTimings;
    private int _disposed;

    private CudaDevice(CudaDeviceSources sources, DriverApi driver, CUdevice handle, DeviceSpecification specification, CudaDeviceOptions options)
    {
        _sources = sources;
        Driver = driver;
        Handle = handle;
        Specification = specification;
        Options = options;
        CompilesInBulk = sources.CompilesInBulk;
        LaunchLimits = new LaunchLimits(specification);
        Nvrtc = new NvrtcApi(sources.Nvrtc);
        _compiler = new Lazy<NvrtcCompiler>(() => new NvrtcCompiler(Nvrtc, Options.EffectiveCache, sources.CompilerBuild?.Invoke()));
        _compilesWgmma = new Lazy<bool>(CompilesWgmma);
        // What the software device takes says nothing of a later day's.
        _matMulTimings = new Lazy<MatMulTimings>(() => new MatMulTimings(Kind == DeviceKind.Cuda ? Options.EffectiveCache : null, $"{specification.Name} {specification.ComputeCapability}, driver {specification.DriverVersion}, cuBLAS {HasCublas}, library {typeof(CudaDevice).Assembly.GetName().Version}"));
        CUcontext context;
        DriverCall.Check(driver.cuDevicePrimaryCtxRetain(&context, handle), $"cuDevicePrimaryCtxRetain({Id})");
        Context = context;
        try
        {
            Resources = new NativeResources(this);
            Memory = new DeviceMemory(this);
            Staging = new StagingBuffers(this);
            ReadBuffers = new HostReadBuffers(this);
            OwnStream = new CudaStream(this, priority: 0, isDefault: true);
        }
        catch
        {
            // The failure that is on its way tells more than this one could.
            _ = driver.cuDevicePrimaryCtxRelease(handle);
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Id => _sources.Id;

    /// <inheritdoc/>
    public override string Name => Specification.Name;

    /// <inheritdoc/>
    public override DeviceKind Kind => _sources.Kind;

    /// <summary>What the device is and can do.</summary>
    public DeviceSpecification Specification { get; }

    /// <summary>How the device was opened.</summary>
    public CudaDeviceOptions Options { get; }

    /// <summary>The device's own non-blocking stream, used where no other is given. It lives as long as the device.</summary>
    public override CudaStream DefaultStream => OwnStream;

    /// <summary>The driver's functions, shared with users of the raw layer.</summary>
    public DriverApi Driver { get; }

    /// <summary>The functions of NVRTC. The library is looked for at the first call.</summary>
    public NvrtcApi Nvrtc { get; }

    /// <summary>The primary context.</summary>
    public CUcontext Context { get; }

    /// <summary>The driver's handle of the device.</summary>
    public CUdevice Handle { get; }

    /// <summary>Whether the first use of a kernel compiles all instances of its file: set for the software device.</summary>
    public bool CompilesInBulk { get; internal set; }

    /// <summary>Whether the device has been disposed.</summary>
    public bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    internal CudaStream OwnStream { get; }

    /// <summary>What the tuner measured of the matrix product.</summary>
    internal MatMulTimings MatMulTimings => _matMulTimings.Value;

    internal NativeResources Resources { get; }

    internal DeviceMemory Memory { get; }

    internal StagingBuffers Staging { get; }

    internal HostReadBuffers ReadBuffers { get; }

    /// <summary>Called once, after the device has been disposed.</summary>
    internal Action? Disposed { get; set; }

    /// <summary>Opens a GPU.</summary>
    /// <param name="ordinal">Its number in this process, from 0.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <exception cref="CudaLibraryNotFoundException">There is no NVIDIA driver; the message lists what was tried.</exception>
    /// <exception cref="CudaException">The driver has no GPU or could not use it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no GPU of that number.</exception>
    public static CudaDevice Open(int ordinal = 0, CudaDeviceOptions? options = null) => Open(CudaDeviceSources.Native(ordinal), ordinal, options);

    /// <summary>Opens a device over given native functions, as the software device does.</summary>
    /// <param name="sources">The functions.</param>
    /// <param name="ordinal">The device's number among those of the driver functions.</param>
    /// <param name="options">Options; null for the defaults.</param>
    /// <exception cref="CudaException">The driver has no device or could not use it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no device of that number.</exception>
    public static CudaDevice Open(CudaDeviceSources sources, int ordinal = 0, CudaDeviceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var driver = new DriverApi(sources.Driver);
        var count = CountDevices(driver);
        if (ordinal < 0 || ordinal >= count)
            throw new ArgumentOutOfRangeException(nameof(ordinal), ordinal, $"there are {count} devices, numbered from 0");
        CUdevice device;
        DriverCall.Check(driver.cuDeviceGet(&device, ordinal), $"cuDeviceGet({ordinal})");
        // The first function of CUDA 12 that every kernel needs: an old driver is named at once, not at the first kernel.
        Require(driver, nameof(DriverApi.cuLibraryLoadData));
        return new CudaDevice(sources, driver, device, DeviceSpecification.Read(driver, ordinal, device), options ?? CudaDeviceOptions.Default);
    }

    /// <summary>Opens a GPU, or says why it could not.</summary>
    /// <param name="ordinal">Its number in this process, from 0.</param>
    /// <param name="device">The device.</param>
    /// <param name="reason">Why there is none; null on success.</param>
    public static bool TryOpen(int ordinal, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CudaDevice? device, out string? reason)
    {
        (device, reason) = (null, null);
        try
        {
            device = Open(ordinal);
            return true;
        }
        catch (Exception failure) when (failure is CudaException or CudaLibraryNotFoundException or ArgumentOutOfRangeException)
        {
            reason = failure.Message;
            return false;
        }
    }

    /// <summary>The number of GPUs; 0 where there is no driver.</summary>
    public static int Count => NativeLibraries.Find(NativeLibraryKind.Driver).Found && TryCount(new DriverApi(NativeLibraries.OpenDriver()), out var count) == CUresult.CUDA_SUCCESS ? count : 0;

    /// <summary>Every GPU of the machine that this process may use, without opening it.</summary>
    /// <exception cref="CudaException">The driver could not describe a device.</exception>
    public static IReadOnlyList<DeviceSpecification> All
    {
        get
        {
            var count = Count;
            var all = new DeviceSpecification[count];
            for (var ordinal = 0; ordinal < count; ordinal++)
            {
                var driver = new DriverApi(NativeLibraries.OpenDriver());
                CUdevice device;
                DriverCall.Check(driver.cuDeviceGet(&device, ordinal), $"cuDeviceGet({ordinal})");
                all[ordinal] = DeviceSpecification.Read(driver, ordinal, device);
            }

            return all;
        }
    }

    /// <summary>Makes a non-blocking stream.</summary>
    /// <param name="priority">0 is normal, lower numbers go first; the driver's range is in <see cref="StreamPriorities"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The priority is outside the range.</exception>
    public CudaStream CreateStream(int priority = 0)
    {
        Enter();
        var (lowest, highest) = StreamPriorities;
        if (priority > lowest || priority < highest)
            throw new ArgumentOutOfRangeException(nameof(priority), priority, $"stream priorities of {Id} go from {highest} (first) to {lowest} (last)");
        ReleaseForgotten();
        return new CudaStream(this, priority, isDefault: false);
    }

    /// <summary>The priorities of streams: the last to be served (the larger number) and the first.</summary>
    public (int Lowest, int Highest) StreamPriorities
    {
        get
        {
            Enter();
            int lowest, highest;
            Check(Driver.cuCtxGetStreamPriorityRange(&lowest, &highest), $"cuCtxGetStreamPriorityRange()");
            return (lowest, highest);
        }
    }

    /// <summary>Makes an event.</summary>
    /// <param name="timing">Whether it takes the time when it is reached; without, it costs less.</param>
    /// <param name="blocking">Whether a host thread that waits for it sleeps rather than spins.</param>
    public CudaEvent CreateEvent(bool timing = true, bool blocking = false)
    {
        Enter();
        ReleaseForgotten();
        return new CudaEvent(this, timing, blocking);
    }

    /// <inheritdoc/>
    public override void Synchronize()
    {
        Enter();
        CaptureSession.RefuseOnThisThread("waiting for the device");
        WaitAndUnload();
        ReleaseAbandoned();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _isUnusable = true;
        // Nothing below throws or reports: a lost context answers every call with its error, and the memory goes with the process.
        if (Driver.cuCtxSetCurrent(Context) == CUresult.CUDA_SUCCESS)
        {
            t_current = 0;
            Observe(Driver.cuCtxSynchronize(), "cuCtxSynchronize()");
            DisposeCublas();
            Staging.Dispose();
            ReadBuffers.Dispose();
            Memory.Dispose();
            Resources.Dispose();
        }

        PendingAwaits.Fail(this, new ObjectDisposedException(Id, $"{Id} was disposed before the awaited stream was reached"));
        Observe(Driver.cuDevicePrimaryCtxRelease(Handle), "cuDevicePrimaryCtxRelease()");
        Disposed?.Invoke();
    }

    internal override void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(IsDisposed, this);

    /// <summary>Everything that is not disposed, with the stack of each allocation where <see cref="CudaDeviceOptions.Debug"/> is set.</summary>
    public LeakReport CreateLeakReport() => new(Memory.ListLive(), Resources.CountLive());

    /// <summary>How the device's memory is used at this moment.</summary>
    public MemoryFigures GetMemoryFigures()
    {
        Enter();
        return Memory.ReadFigures();
    }

    /// <summary>Names the device.</summary>
    public override string ToString() => $"{Id} ({Name})";

    // A program that makes objects and never waits for the device does not pile up those that it forgot to dispose. In a capture streams cannot be destroyed.
    private void ReleaseForgotten()
    {
        if (!CaptureSession.IsOnCurrentThread)
            Resources.ReleaseIdle();
    }

    private static int CountDevices(DriverApi driver)
    {
        var result = TryCount(driver, out var count);
        DriverCall.Check(result, $"cuInit(0), cuDeviceGetCount()");
        return count;
    }

    private static CUresult TryCount(DriverApi driver, out int count)
    {
        int found = 0;
        var result = driver.cuInit(0);
        if (result == CUresult.CUDA_SUCCESS)
            result = driver.cuDeviceGetCount(&found);
        if (result == CUresult.CUDA_ERROR_NO_DEVICE)
            (result, found) = (CUresult.CUDA_SUCCESS, 0);
        count = found;
        return result;
    }

    private static nint Require(DriverApi driver, string name)
    {
        var lookup = driver.Find(name);
        return lookup.IsFound ? lookup.Address : throw new CudaNotSupportedException(DriverApi.Functions[DriverApi.Functions.IndexOf(name)], lookup.Reason);
    }
}
