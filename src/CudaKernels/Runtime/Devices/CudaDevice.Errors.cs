using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using CudaKernels.Interop;

namespace CudaKernels;

// The current context of a thread, and the latch of sticky errors.
public sealed unsafe partial class CudaDevice
{
    [ThreadStatic]
    private static long t_current;
    private static long s_serials;

    // A number of its own per device object: a context that was released and retained again may come back under the same handle.
    private readonly long _serial = Interlocked.Increment(ref s_serials);
    private ContextLoss? _loss;
    private volatile bool _isUnusable;

    /// <summary>Whether a sticky error ended the context; every call throws <see cref="CudaContextLostException"/> then.</summary>
    public bool IsContextLost => Volatile.Read(ref _loss) is not null;

    /// <summary>Begins a call: the device is usable and its context is current on this thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Enter()
    {
        if (t_current != _serial || _isUnusable)
            EnterSlow();
    }

    /// <summary>Throws what a failed call means.</summary>
    /// <param name="result">The driver's answer.</param>
    /// <param name="call">The call with its arguments, built only on failure.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Check(CUresult result, [InterpolatedStringHandlerArgument(nameof(result))] ref CallText call)
    {
        if (result != CUresult.CUDA_SUCCESS)
            Fail(result, call.Finish());
    }

    /// <summary>Throws what a failed call means.</summary>
    [DoesNotReturn]
    internal void Fail(CUresult result, string call) => throw MakeException(result, call);

    /// <summary>The exception for a failed call; the first sticky error is latched.</summary>
    internal CudaException MakeException(CUresult result, string call)
    {
        if (!ErrorExplanation.IsSticky(result))
            return new CudaException(result, ErrorExplanation.Describe(result, call));
        return Latch(result, call, out var loss) ? loss.First() : loss.Again();
    }

    /// <summary>Latches a sticky error of a call whose failure is otherwise of no interest, such as one in Dispose.</summary>
    internal void Observe(CUresult result, string call)
    {
        if (ErrorExplanation.IsSticky(result))
            Latch(result, call, out _);
    }

    private bool Latch(CUresult result, string call, out ContextLoss loss)
    {
        var made = new ContextLoss(result, call, DateTimeOffset.UtcNow);
        loss = Interlocked.CompareExchange(ref _loss, made, null) ?? made;
        if (!ReferenceEquals(loss, made))
            return false;
        _isUnusable = true;
        PendingAwaits.Fail(this, loss.First());
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterSlow()
    {
        ThrowIfDisposed();
        if (Volatile.Read(ref _loss) is { } loss)
            throw loss.Again();
        Check(Driver.cuCtxSetCurrent(Context), $"cuCtxSetCurrent({Id})");
        t_current = _serial;
    }

    /// <summary>Makes the context current for releasing something; false when there is no use in it.</summary>
    internal bool TryEnterForRelease()
    {
        if (_isUnusable)
            return false;
        if (t_current != _serial)
        {
            if (Driver.cuCtxSetCurrent(Context) != CUresult.CUDA_SUCCESS)
                return false;
            t_current = _serial;
        }

        return true;
    }

    /// <summary>Waits for the device's work, and unloads the modules that were abandoned before: until then their kernels may run.</summary>
    internal void WaitAndUnload()
    {
        var modules = Resources.TakeAbandonedModules();
        Check(Driver.cuCtxSynchronize(), $"cuCtxSynchronize()");
        foreach (var module in modules)
            module.Dispose();
    }

    private void ReleaseAbandoned()
    {
        Memory.ReleaseAbandoned();
        Resources.ReleaseAbandoned();
    }
}
