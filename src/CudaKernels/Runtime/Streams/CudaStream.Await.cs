using System.Runtime.CompilerServices;
using CudaKernels.Interop;

namespace CudaKernels;

// Waiting without a thread.
public sealed unsafe partial class CudaStream
{
    /// <summary>Makes <c>await stream</c> continue, on the thread pool, when everything given so far is done.</summary>
    /// <exception cref="InvalidOperationException">The stream is being captured.</exception>
    /// <exception cref="CudaContextLostException">A kernel failed, before the call or while it was awaited.</exception>
    public ValueTaskAwaiter GetAwaiter() => WhenCompleted().GetAwaiter();

    /// <summary>A task that completes when everything given so far is done. Await it once.</summary>
    /// <exception cref="InvalidOperationException">The stream is being captured.</exception>
    public ValueTask WhenCompleted()
    {
        Enter();
        RefuseInCapture("awaiting it");
        var completion = StreamCompletion.Rent(this);
        PendingAwaits.Add(completion);
        var result = Device.Driver.cuLaunchHostFunc(Handle, StreamCompletion.Callback, completion.UserData);
        if (result != CUresult.CUDA_SUCCESS)
        {
            PendingAwaits.Remove(completion);
            Device.Fail(result, $"cuLaunchHostFunc({this})");
        }

        return completion.Task;
    }
}
