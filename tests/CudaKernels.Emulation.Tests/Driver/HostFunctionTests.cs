using System.Runtime.InteropServices;
using CudaKernels.Interop;
using static CudaKernels.Interop.CUresult;

namespace CudaKernels.Tests;

public sealed unsafe class HostFunctionTests
{
    [Fact]
    public void AHostFunctionMayNotCallTheDriver()
    {
        using var session = new DriverSession();
        var call = new Call { Api = session.Api };
        var handle = GCHandle.Alloc(call);
        var stream = session.CreateStream();
        DriverSession.Check(session.Api.cuLaunchHostFunc(stream, &CallDriver, (void*)GCHandle.ToIntPtr(handle)));
        DriverSession.Check(session.Api.cuStreamSynchronize(stream));
        handle.Free();
        Assert.Equal(CUDA_ERROR_NOT_PERMITTED, call.Result);
        Assert.Contains("host function", Assert.Single(session.Reports).Message);
    }

    [Fact]
    public void ACallbackIsToldItsStream()
    {
        using var session = new DriverSession();
        var stream = session.CreateStream();
        var seen = stackalloc nint[1];
        delegate* unmanaged<CUstream, CUresult, void*, void> callback = &Note;
        DriverSession.Check(session.Api.cuStreamAddCallback(stream, callback, seen, 0));
        DriverSession.Check(session.Api.cuStreamSynchronize(stream));
        Assert.Equal(stream.Value, *seen);
    }

    [UnmanagedCallersOnly]
    private static void CallDriver(void* data)
    {
        var call = (Call)GCHandle.FromIntPtr((nint)data).Target!;
        call.Result = call.Api!.cuCtxSynchronize();
    }

    [UnmanagedCallersOnly]
    private static void Note(CUstream stream, CUresult status, void* data) => *(nint*)data = status == CUDA_SUCCESS ? stream.Value : 0;

    private sealed class Call
    {
        public DriverApi? Api { get; init; }

        public CUresult Result { get; set; }
    }
}
