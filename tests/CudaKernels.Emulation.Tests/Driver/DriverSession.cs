using CudaKernels.Emulation;
using CudaKernels.Interop;
using static CudaKernels.Interop.CUresult;

namespace CudaKernels.Tests;

/// <summary>A software device used through the raw table, its context current on the thread.</summary>
internal sealed unsafe class DriverSession : IDisposable
{
    public DriverSession(EmulationOptions? options = null)
    {
        Device = SoftwareDriver.Lease(options ?? EmulationOptions.Default);
        CUcontext context;
        Check(Api.cuDevicePrimaryCtxRetain(&context, Handle));
        Context = context;
        MakeCurrent();
    }

    public DriverApi Api { get; } = new(new SoftwareDriverSource());

    public SoftwareDevice Device { get; }

    public CUdevice Handle => new(Device.Ordinal);

    public CUcontext Context { get; }

    public IReadOnlyList<EmulationReport> Reports => Device.Reports.Snapshot();

    public static void Check(CUresult result) => Assert.Equal(CUDA_SUCCESS, result);

    public void MakeCurrent() => Check(Api.cuCtxSetCurrent(Context));

    public CUdeviceptr Allocate(int bytes)
    {
        CUdeviceptr pointer;
        Check(Api.cuMemAlloc(&pointer, (nuint)bytes));
        return pointer;
    }

    public nuint AllocatePinned(int bytes)
    {
        void* pointer;
        Check(Api.cuMemHostAlloc(&pointer, (nuint)bytes, 0));
        return (nuint)pointer;
    }

    public CUstream CreateStream(bool isBlocking = false)
    {
        CUstream stream;
        Check(Api.cuStreamCreate(&stream, isBlocking ? 0u : 1u));
        return stream;
    }

    public CUevent CreateEvent(uint flags = 0)
    {
        CUevent created;
        Check(Api.cuEventCreate(&created, flags));
        return created;
    }

    public CUfunction Load(KernelCode kernel) => new(new LoadedLibrary(Device.Handles, new FakeImage(kernel)).Kernels[0].Handle);

    public int[] ReadInts(CUdeviceptr pointer, int count)
    {
        var values = new int[count];
        fixed (int* target = values)
            Check(Api.cuMemcpyDtoH(target, pointer, (nuint)count * sizeof(int)));
        return values;
    }

    public void WriteInts(CUdeviceptr pointer, params ReadOnlySpan<int> values)
    {
        fixed (int* source = values)
            Check(Api.cuMemcpyHtoD(pointer, source, (nuint)values.Length * sizeof(int)));
    }

    /// <summary>Closes the device without a report of what the test left.</summary>
    public void Dispose()
    {
        _ = Api.cuCtxSetCurrent(default);
        Device.Dispose();
    }
}
