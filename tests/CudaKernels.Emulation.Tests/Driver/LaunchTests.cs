using CudaKernels.Emulation;
using CudaKernels.Interop;
using static CudaKernels.Interop.CUresult;

namespace CudaKernels.Tests;

public sealed unsafe class LaunchTests
{
    private static readonly FakeKernel s_nothing = new("nothing", [], static (in launch) => { });

    [Theory]
    [InlineData(1, 1024, 0, CUDA_SUCCESS)]
    [InlineData(1, 1025, 0, CUDA_ERROR_INVALID_VALUE)]
    [InlineData(0, 32, 0, CUDA_ERROR_INVALID_VALUE)]
    [InlineData(1, 0, 0, CUDA_ERROR_INVALID_VALUE)]
    [InlineData(1, 32, 49152, CUDA_SUCCESS)]
    [InlineData(1, 32, 49153, CUDA_ERROR_INVALID_VALUE)]
    public void SizesAreChecked(uint grid, uint block, uint shared, CUresult expected)
    {
        using var session = new DriverSession();
        Assert.Equal(expected, session.Api.cuLaunchKernel(session.Load(s_nothing), grid, 1, 1, block, 1, 1, shared, default, null, null));
    }

    [Fact]
    public void LaunchBoundsAreChecked()
    {
        using var session = new DriverSession();
        var kernel = session.Load(new FakeKernel("bounded", [], static (in launch) => { }) { Bounds = 128 });
        DriverSession.Check(session.Api.cuLaunchKernel(kernel, 1, 1, 1, 128, 1, 1, 0, default, null, null));
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuLaunchKernel(kernel, 1, 1, 1, 129, 1, 1, 0, default, null, null));
    }

    [Fact]
    public void MoreSharedMemoryNeedsTheAttribute()
    {
        using var session = new DriverSession();
        var kernel = session.Load(new FakeKernel("shared", [], static (in launch) => { }) { Shared = 1024 });
        const CUfunction_attribute Attribute = CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
        int value;
        DriverSession.Check(session.Api.cuFuncGetAttribute(&value, Attribute, kernel));
        Assert.Equal(48 * 1024 - 1024, value);
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuFuncSetAttribute(kernel, Attribute, 232_448));
        DriverSession.Check(session.Api.cuFuncSetAttribute(kernel, Attribute, 232_448 - 1024));
        DriverSession.Check(session.Api.cuLaunchKernel(kernel, 1, 1, 1, 32, 1, 1, 232_448 - 1024, default, null, null));
    }

    [Fact]
    public void AnUpperBoundOfSharedMemoryRefusesNothing()
    {
        using var session = new DriverSession();
        var kernel = session.Load(new FakeKernel("bound", [], static (in launch) => { }) { Shared = 300_000, IsBound = true });
        const CUfunction_attribute Attribute = CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
        int value;
        DriverSession.Check(session.Api.cuFuncGetAttribute(&value, CUfunction_attribute.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES, kernel));
        Assert.Equal(48 * 1024, value);
        DriverSession.Check(session.Api.cuFuncSetAttribute(kernel, Attribute, 232_448));
        DriverSession.Check(session.Api.cuLaunchKernel(kernel, 1, 1, 1, 32, 1, 1, 232_448, default, null, null));
    }

    [Fact]
    public void CooperativeGridsHaveToFit()
    {
        using var session = new DriverSession(new EmulationOptions { Multiprocessors = 2 });
        var kernel = session.Load(s_nothing);
        int blocks;
        DriverSession.Check(session.Api.cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, kernel, 1024, 0));
        Assert.Equal(2, blocks);
        DriverSession.Check(session.Api.cuLaunchCooperativeKernel(kernel, 4, 1, 1, 1024, 1, 1, 0, default, null));
        Assert.Equal(CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE, session.Api.cuLaunchCooperativeKernel(kernel, 5, 1, 1, 1024, 1, 1, 0, default, null));
    }

    [Theory]
    [InlineData(8u, 16u, CUDA_SUCCESS)]
    [InlineData(8u, 12u, CUDA_ERROR_INVALID_VALUE)]
    [InlineData(16u, 16u, CUDA_ERROR_INVALID_CLUSTER_SIZE)]
    public void ClustersAreChecked(uint cluster, uint grid, CUresult expected)
    {
        using var session = new DriverSession();
        LaunchShape? seen = null;
        var kernel = session.Load(new FakeKernel("clustered", [], (in launch) => seen = launch.Shape));
        var attribute = new CUlaunchAttribute { id = CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION };
        attribute.value.clusterDim = new CUlaunchAttributeValue_clusterDim { x = cluster, y = 1, z = 1 };
        var config = new CUlaunchConfig { gridDimX = grid, gridDimY = 1, gridDimZ = 1, blockDimX = 32, blockDimY = 1, blockDimZ = 1, attrs = &attribute, numAttrs = 1 };
        Assert.Equal(expected, session.Api.cuLaunchKernelEx(&config, kernel, null, null));
        DriverSession.Check(session.Api.cuCtxSynchronize());
        Assert.Equal(expected == CUDA_SUCCESS ? cluster : null, seen?.ClusterX);
    }

    [Fact]
    public void AKernelMayAskForItsClusterItself()
    {
        using var session = new DriverSession();
        LaunchShape? seen = null;
        var kernel = session.Load(new FakeKernel("pairs", [], (in launch) => seen = launch.Shape) { RequiredCluster = new Dim3(2, 3) });
        int width, height, depth;
        DriverSession.Check(session.Api.cuFuncGetAttribute(&width, CUfunction_attribute.CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_WIDTH, kernel));
        DriverSession.Check(session.Api.cuFuncGetAttribute(&height, CUfunction_attribute.CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_HEIGHT, kernel));
        DriverSession.Check(session.Api.cuFuncGetAttribute(&depth, CUfunction_attribute.CU_FUNC_ATTRIBUTE_REQUIRED_CLUSTER_DEPTH, kernel));
        Assert.Equal((2, 3, 1), (width, height, depth));
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuLaunchKernel(kernel, 3, 3, 1, 32, 1, 1, 0, default, null, null));
        DriverSession.Check(session.Api.cuLaunchKernel(kernel, 4, 3, 1, 32, 1, 1, 0, default, null, null));
        DriverSession.Check(session.Api.cuCtxSynchronize());
        Assert.Equal((2u, 3u, 1u), (seen!.Value.ClusterX, seen.Value.ClusterY, seen.Value.ClusterZ));
    }

    [Fact]
    public void ArgumentsAreTakenAtTheCallAndMayComePacked()
    {
        using var session = new DriverSession();
        using var gate = new HostGate();
        var kernel = session.Load(FakeKernel.MultiplyAdd);
        var stream = session.CreateStream();
        var memory = session.Allocate(4);
        session.WriteInts(memory, 1);
        DriverSession.Check(session.Api.cuLaunchHostFunc(stream, HostGate.Function, gate.UserData));
        int factor = 2, addend = 3;
        void** arguments = stackalloc void*[] { &memory, &factor, &addend };
        DriverSession.Check(session.Api.cuLaunchKernel(kernel, 1, 1, 1, 1, 1, 1, 0, stream, arguments, null));
        factor = addend = 99;
        var packed = stackalloc int[] { (int)memory.Value, (int)(memory.Value >> 32), 10, 7 };
        nuint size = 16;
        void** extra = stackalloc void*[] { (void*)1, packed, (void*)2, &size, null };
        DriverSession.Check(session.Api.cuLaunchKernel(kernel, 1, 1, 1, 1, 1, 1, 0, stream, null, extra));
        packed[2] = 99;
        gate.Open();
        DriverSession.Check(session.Api.cuStreamSynchronize(stream));
        Assert.Equal([57], session.ReadInts(memory, 1));
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuLaunchKernel(kernel, 1, 1, 1, 1, 1, 1, 0, stream, null, null));
    }

    [Fact]
    public void AFaultEndsTheContext()
    {
        using var session = new DriverSession();
        var report = new EmulationReport("fault", "it broke") { Kernel = "broken" };
        var broken = session.Load(new FakeKernel("broken", [], (in launch) => throw new KernelFault(CUDA_ERROR_LAUNCH_FAILED, report)));
        var stream = session.CreateStream();
        DriverSession.Check(session.Api.cuLaunchKernel(broken, 1, 1, 1, 1, 1, 1, 0, stream, null, null));
        Assert.Equal(CUDA_ERROR_LAUNCH_FAILED, session.Api.cuStreamSynchronize(stream));
        CUdeviceptr pointer;
        Assert.Equal(CUDA_ERROR_LAUNCH_FAILED, session.Api.cuMemAlloc(&pointer, 16));
        Assert.Equal(CUDA_ERROR_LAUNCH_FAILED, session.Api.cuStreamDestroy(stream));
        Assert.Same(report, Assert.Single(session.Reports));

        // A reset gives a new context.
        DriverSession.Check(session.Api.cuDevicePrimaryCtxReset(session.Handle));
        CUcontext context;
        DriverSession.Check(session.Api.cuDevicePrimaryCtxRetain(&context, session.Handle));
        DriverSession.Check(session.Api.cuCtxSetCurrent(context));
        DriverSession.Check(session.Api.cuMemAlloc(&pointer, 16));
        DriverSession.Check(session.Api.cuMemFree(pointer));
    }

    [Fact]
    public void AnExceptionInAKernelIsKept()
    {
        using var session = new DriverSession();
        var broken = session.Load(new FakeKernel("broken", [], static (in launch) => throw new InvalidOperationException("unforeseen")));
        DriverSession.Check(session.Api.cuLaunchKernel(broken, 1, 1, 1, 1, 1, 1, 0, default, null, null));
        Assert.Equal(CUDA_ERROR_UNKNOWN, session.Api.cuCtxSynchronize());
        var report = Assert.Single(session.Reports);
        Assert.Equal("internal", report.Rule);
        Assert.Contains("unforeseen", report.Message);
    }

    [Fact]
    public void GivingWorkAllocatesNothingOnceWarm()
    {
        using var session = new DriverSession();
        var kernel = session.Load(FakeKernel.MultiplyAdd);
        var memory = session.Allocate(64);
        var (stream, mark) = (session.CreateStream(), session.CreateEvent());

        // Warm means that as much was in flight as can be: the stream is held while the first round is given.
        using (var gate = new HostGate())
        {
            DriverSession.Check(session.Api.cuLaunchHostFunc(stream, HostGate.Function, gate.UserData));
            GiveRound(session, kernel, stream, mark, memory);
            gate.Open();
            DriverSession.Check(session.Api.cuStreamSynchronize(stream));
        }

        GiveRound(session, kernel, stream, mark, memory);
        DriverSession.Check(session.Api.cuStreamSynchronize(stream));
        var before = GC.GetAllocatedBytesForCurrentThread();
        GiveRound(session, kernel, stream, mark, memory);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void ParametersAndNamesAreTold()
    {
        using var session = new DriverSession();
        var kernel = new CUkernel(session.Load(FakeKernel.MultiplyAdd).Value);
        nuint offset, size;
        DriverSession.Check(session.Api.cuKernelGetParamInfo(kernel, 2, &offset, &size));
        Assert.Equal(((nuint)12, (nuint)4), (offset, size));
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, session.Api.cuKernelGetParamInfo(kernel, 3, &offset, &size));
        byte* name;
        DriverSession.Check(session.Api.cuKernelGetName(&name, kernel));
        Assert.Equal("multiply_add", System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)name));
        CUlibrary library;
        DriverSession.Check(session.Api.cuKernelGetLibrary(&library, kernel));
        DriverSession.Check(session.Api.cuLibraryUnload(library));
        Assert.Equal(CUDA_ERROR_INVALID_HANDLE, session.Api.cuKernelGetParamInfo(kernel, 0, &offset, &size));
    }

    [Fact]
    public void AnImageOfAnotherKindIsRefused()
    {
        using var session = new DriverSession();
        CUlibrary library;
        fixed (byte* ptx = ".version 8.0\n.target sm_90\n\0"u8)
            Assert.Equal(CUDA_ERROR_NO_BINARY_FOR_GPU, session.Api.cuLibraryLoadData(&library, ptx, null, null, 0, null, null, 0));
    }

    private static void GiveRound(DriverSession session, CUfunction kernel, CUstream stream, CUevent mark, CUdeviceptr memory)
    {
        var one = 1;
        void** arguments = stackalloc void*[] { &memory, &one, &one };
        for (var i = 0; i < 50; i++)
        {
            _ = session.Api.cuLaunchKernel(kernel, 1, 1, 1, 1, 1, 1, 0, stream, arguments, null);
            _ = session.Api.cuMemsetD32Async(memory, 1, 4, stream);
            _ = session.Api.cuMemcpyDtoDAsync(new CUdeviceptr(memory.Value + 32), memory, 16, stream);
            _ = session.Api.cuEventRecord(mark, stream);
            _ = session.Api.cuStreamWaitEvent(stream, mark, 0);
        }
    }
}
