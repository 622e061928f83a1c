using System.Collections.Concurrent;
using CudaKernels.Interop;

namespace CudaKernels.Emulation;

/// <summary>The primary context of a device, from its first retain to its last release.</summary>
internal sealed class SoftwareContext : DriverObject
{
    private readonly ConcurrentDictionary<int, SoftwareStream> _perThread = [];
    private int _lost;

    public SoftwareContext(SoftwareDevice device)
    {
        Device = device;
        Legacy = new SoftwareStream(this, CUstream_flags.CU_STREAM_DEFAULT, 0, isLegacy: true);
    }

    public SoftwareDevice Device { get; }

    /// <summary>The null stream, which waits for every blocking stream and they for it.</summary>
    public SoftwareStream Legacy { get; }

    /// <summary>The streams that cuStreamCreate made and that are not destroyed. Guarded by the device's gate.</summary>
    public List<SoftwareStream> Streams { get; } = [];

    /// <summary>The captures under way. Guarded by the device's gate.</summary>
    public List<StreamCapture> Captures { get; } = [];

    public ContextLimits Limits { get; } = new();

    public bool IsDestroyed { get; set; }

    public override string Noun => "context";

    public override bool IsLeakWhenLeft => false;

    /// <summary>The sticky error that ended the context, or CUDA_SUCCESS.</summary>
    public CUresult Loss => (CUresult)Volatile.Read(ref _lost);

    public bool IsLost => Loss != CUresult.CUDA_SUCCESS;

    /// <summary>Ends the context with a sticky error; the first one stays.</summary>
    public void Lose(CUresult error) => Interlocked.CompareExchange(ref _lost, (int)error, 0);

    public void ThrowIfUnusable()
    {
        if (IsLost)
            throw new DriverError(Loss);
        if (IsDestroyed)
        {
            Device.Reports.Misuse($"{SoftwareCall.Name} was called in a context that had been released");
            throw new DriverError(CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED);
        }
    }

    /// <summary>The stream that a thread's own default stream handle (CU_STREAM_PER_THREAD) stands for.</summary>
    public SoftwareStream PerThread => _perThread.GetOrAdd(Environment.CurrentManagedThreadId, _ => new SoftwareStream(this, CUstream_flags.CU_STREAM_DEFAULT, 0, isLegacy: false));

    /// <summary>Every stream there is, the null stream first. The gate is held.</summary>
    public IEnumerable<SoftwareStream> AllStreams => [Legacy, .. _perThread.Values, .. Streams];
}
