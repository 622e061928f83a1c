using System.Runtime.InteropServices;
using CudaKernels.Interop;
using static CudaKernels.Interop.CUresult;

namespace CudaKernels.Tests;

public sealed unsafe class DeviceTests
{
    [Fact]
    public void TellsItsSizeFromTheOptions()
    {
        using var session = new DriverSession(new EmulationOptions { Multiprocessors = 7, ComputeCapability = new Version(8, 6), TotalMemory = 1 << 20 });
        int value, version;
        nuint memory;
        DriverSession.Check(session.Api.cuDriverGetVersion(&version));
        Assert.Equal(13000, version);
        DriverSession.Check(session.Api.cuDeviceGetAttribute(&value, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, session.Handle));
        Assert.Equal(7, value);
        DriverSession.Check(session.Api.cuDeviceGetAttribute(&value, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, session.Handle));
        Assert.Equal(8, value);
        DriverSession.Check(session.Api.cuDeviceGetAttribute(&value, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH, session.Handle));
        Assert.Equal(0, value);
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuDeviceGetAttribute(&value, (CUdevice_attribute)9999, session.Handle));
        DriverSession.Check(session.Api.cuDeviceTotalMem(&memory, session.Handle));
        Assert.Equal((nuint)(1 << 20), memory);
    }

    [Fact]
    public void ANameIsCutToItsRoom()
    {
        using var session = new DriverSession();
        var name = stackalloc byte[9];
        DriverSession.Check(session.Api.cuDeviceGetName(name, 9, session.Handle));
        Assert.Equal("Software", Marshal.PtrToStringUTF8((nint)name));
    }

    [Fact]
    public void DevicesDifferInUuidAndOrdinal()
    {
        using var first = new DriverSession();
        using var second = new DriverSession();
        Assert.NotEqual(first.Handle, second.Handle);
        CUuuid one, other;
        DriverSession.Check(first.Api.cuDeviceGetUuid(&one, first.Handle));
        DriverSession.Check(first.Api.cuDeviceGetUuid(&other, second.Handle));
        Assert.False(new Span<byte>(one.bytes, 16).SequenceEqual(new Span<byte>(other.bytes, 16)));
    }

    [Fact]
    public void AClosedOrdinalIsGone()
    {
        CUdevice handle;
        using (var session = new DriverSession())
            handle = session.Handle;
        using var other = new DriverSession();
        CUdevice found;
        Assert.Equal(CUDA_ERROR_INVALID_DEVICE, other.Api.cuDeviceGet(&found, handle.Value));
        int count;
        DriverSession.Check(other.Api.cuDeviceGetCount(&count));
        Assert.True(count > other.Handle.Value);
    }

    [Fact]
    public void ErrorsHaveNamesAndWords()
    {
        using var session = new DriverSession();
        byte* text;
        DriverSession.Check(session.Api.cuGetErrorName(CUDA_ERROR_ILLEGAL_ADDRESS, &text));
        Assert.Equal("CUDA_ERROR_ILLEGAL_ADDRESS", Marshal.PtrToStringUTF8((nint)text));
        DriverSession.Check(session.Api.cuGetErrorString(CUDA_ERROR_ILLEGAL_ADDRESS, &text));
        Assert.Equal("illegal address", Marshal.PtrToStringUTF8((nint)text));
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuGetErrorName((CUresult)12345, &text));
        Assert.True(text is null);
        DriverSession.Check(session.Api.cuGetErrorName(CUDA_ERROR_ILLEGAL_ADDRESS, &text));
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuGetErrorString((CUresult)12345, &text));
        Assert.True(text is null);
    }

    [Fact]
    public void TheContextStackIsTheThreadsOwn()
    {
        using var session = new DriverSession();
        var other = CUDA_SUCCESS;
        var thread = new Thread(() =>
        {
            CUdeviceptr pointer;
            other = session.Api.cuMemAlloc(&pointer, 16);
        });
        thread.Start();
        thread.Join();
        Assert.Equal(CUDA_ERROR_INVALID_CONTEXT, other);

        CUcontext current;
        DriverSession.Check(session.Api.cuCtxPushCurrent(session.Context));
        DriverSession.Check(session.Api.cuCtxPopCurrent(&current));
        Assert.Equal(session.Context, current);
        DriverSession.Check(session.Api.cuCtxSetCurrent(default));
        DriverSession.Check(session.Api.cuCtxGetCurrent(&current));
        Assert.Equal(default, current);
        Assert.Equal(CUDA_ERROR_INVALID_CONTEXT, session.Api.cuCtxPopCurrent(&current));
    }

    [Fact]
    public void InjectedErrorsComeWhenPlanned()
    {
        using var session = new DriverSession();
        session.Device.Injected.Add(nameof(DriverApi.cuMemAlloc), CUDA_ERROR_OUT_OF_MEMORY, afterCalls: 1, count: 2);
        Assert.Equal([CUDA_SUCCESS, CUDA_ERROR_OUT_OF_MEMORY, CUDA_ERROR_OUT_OF_MEMORY, CUDA_SUCCESS], new[] { Next(), Next(), Next(), Next() });

        CUresult Next()
        {
            CUdeviceptr pointer;
            return session.Api.cuMemAlloc(&pointer, 64);
        }
    }

    [Fact]
    public void AnInjectedErrorStaysWithItsDevice()
    {
        using var first = new DriverSession();
        using var second = new DriverSession();
        first.Device.Injected.Add(nameof(DriverApi.cuCtxSynchronize), CUDA_ERROR_LAUNCH_FAILED, 0, 1);
        DriverSession.Check(second.Api.cuCtxSynchronize());
        first.MakeCurrent();
        Assert.Equal(CUDA_ERROR_LAUNCH_FAILED, first.Api.cuCtxSynchronize());
        DriverSession.Check(first.Api.cuCtxSynchronize());
    }
}
