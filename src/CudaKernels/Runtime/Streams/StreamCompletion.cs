using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace CudaKernels;

/// <summary>One await of a stream: completed by the driver's callback, or failed when the callback will never come. Pooled.</summary>
internal sealed unsafe class StreamCompletion : IValueTaskSource
{
    private const int Pending = 1;
    private const int Settled = 0;
    private static readonly ConcurrentBag<StreamCompletion> s_free = [];
    private readonly GCHandle _self;
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private int _state;
    private bool _isReusable;

    private StreamCompletion() => _self = GCHandle.Alloc(this);

    /// <summary>What the driver calls; it runs on a thread of the driver, where no CUDA call is permitted.</summary>
    public static delegate* unmanaged<void*, void> Callback => &OnReached;

    public CudaStream? Stream { get; private set; }

    public void* UserData => (void*)GCHandle.ToIntPtr(_self);

    public ValueTask Task => new(this, _core.Version);

    public static StreamCompletion Rent(CudaStream stream)
    {
        if (!s_free.TryTake(out var completion))
            completion = new StreamCompletion();
        completion._core.Reset();
        completion.Stream = stream;
        completion._isReusable = false;
        Volatile.Write(ref completion._state, Pending);
        return completion;
    }

    /// <summary>Ends the await with an error. The object is not used again: the driver may still hold its address.</summary>
    public void Fail(Exception failure)
    {
        if (Interlocked.CompareExchange(ref _state, Settled, Pending) == Pending)
            _core.SetException(failure);
    }

    public void GetResult(short token)
    {
        try
        {
            _core.GetResult(token);
        }
        finally
        {
            if (_isReusable)
            {
                Stream = null;
                s_free.Add(this);
            }
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    [UnmanagedCallersOnly]
    private static void OnReached(void* userData)
    {
        var completion = (StreamCompletion)GCHandle.FromIntPtr((nint)userData).Target!;
        if (Interlocked.CompareExchange(ref completion._state, Settled, Pending) != Pending)
            return;
        PendingAwaits.Remove(completion);
        completion._isReusable = true;
        completion._core.SetResult(true);
    }
}
