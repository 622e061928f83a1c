using CudaKernels.Emulation;
using CudaKernels.Interop;

namespace CudaKernels.Tests;

public sealed class EmulatedDeviceTests
{
    private const string Source = """
        template <typename T>
        __global__ void saxpy(T* y, const T* x, T a, int n)
        {
            int i = blockIdx.x * blockDim.x + threadIdx.x;
            if (i < n)
                y[i] = a * x[i] + y[i];
        }

        __device__ int counter = 5;

        __global__ void count(int* out) { out[0] = atomicAdd(&counter, 1); }

        __global__ void overrun(int* out, int n) { out[n + 8192 * threadIdx.x] = 1; }
        """;

    [Fact]
    public void CompilesAndRunsAKernel()
    {
        using var emulated = Open();
        CudaDevice device = emulated;
        using var module = device.Compile(KernelSource.FromString("saxpy.cu", Source), new CompileOptions { Kernels = ["saxpy<float>"] });
        using var x = device.CreateBuffer<float>(1000);
        using var y = device.CreateBuffer<float>(1000);
        x.CopyFrom([.. Enumerable.Range(0, 1000).Select(i => (float)i)]);
        y.CopyFrom([.. Enumerable.Repeat(1f, 1000)]);
        device.DefaultStream.Launch(module.GetKernel("saxpy<float>"), LaunchConfig.Cover(1000), y, x, 2f, 1000);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => 2f * i + 1f), y.ToArray());
        Assert.Empty(emulated.Reports);
    }

    [Fact]
    public void WhiteSpaceInAKernelsNameDoesNotCount()
    {
        using var emulated = Open();
        var source = KernelSource.FromString("spaces.cu", """
            template <class T, int N> __global__ void fill(T* y) { y[threadIdx.x] = N; }
            template <class T> __global__ void none(T* y) { }
            """);
        using var module = emulated.Device.Compile(source, new CompileOptions { Kernels = ["fill<float, 4>", "fill<unsigned int,5>", "none<float>"] });
        var kernel = module.GetKernel("fill<float,4>");
        Assert.Same(kernel, module.GetKernel("fill<float, 4>"));
        Assert.Same(kernel, module.GetKernel(" fill < float , 4 > "));
        Assert.Equal("fill<float, 4>", kernel.Name);
        Assert.NotNull(module.Image!.FindSignature("fill<unsigned int, 5>"));
        Assert.Throws<ArgumentException>(() => module.GetKernel("fill<unsignedint, 5>"));
        using var y = emulated.Device.CreateBuffer<uint>(3);
        emulated.Device.DefaultStream.Launch(module.GetKernel("fill<unsigned  int, 5>"), new LaunchConfig(1, 3), y);
        Assert.Equal([5u, 5, 5], y.ToArray());
    }

    [Fact]
    public void StructsArePassedWithoutUnsafeCode()
    {
        using var emulated = Open();
        var device = emulated.Device;
        using var module = device.Compile(KernelSource.FromString("structs.cu", """
            struct Pair { int a, b; };
            struct Triple { double a, b, c; };
            extern "C" __global__ void read(double* y, Pair p, Triple t) { y[0] = p.a; y[1] = p.b; y[2] = t.a; y[3] = t.b; y[4] = t.c; }
            """));
        using var y = device.CreateBuffer<double>(5);
        var kernel = module.GetKernel("read");
        var triple = new Triple(3, 4, 5);
        KernelArgument kept = KernelArgument.Struct(triple), pair = KernelArgument.Struct((1, 2));
        triple = default;
        for (var i = 0; i < 3; i++)
        {
            y.CopyFrom(new double[5]);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            device.DefaultStream.Launch(kernel, new LaunchConfig(1, 1), y, pair, kept);
            Assert.Equal([1d, 2, 3, 4, 5], y.ToArray());
        }

        Assert.Contains("24-byte struct", Assert.Throws<ArgumentException>(() => device.DefaultStream.Launch(kernel, new LaunchConfig(1, 1), y, kept, pair)).Message);
        Assert.Empty(emulated.Reports);
    }

    private readonly record struct Triple(double A, double B, double C);

    [Fact]
    public void AFaultLosesTheContextAndIsReported()
    {
        using var emulated = Open();
        var device = emulated.Device;
        using var module = device.Compile(KernelSource.FromString("overrun.cu", Source), new CompileOptions { Kernels = ["overrun"] });
        using var memory = device.CreateBuffer<int>(1024);
        device.DefaultStream.Launch(module.GetKernel("overrun"), new LaunchConfig(1, 32), memory, 1024);
        var failure = Assert.ThrowsAny<CudaException>(device.Synchronize);
        Assert.Equal(CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, failure.Code);
        var report = Assert.Single(emulated.Reports);
        Assert.Equal("out-of-bounds", report.Rule);
        Assert.Equal("overrun", report.Kernel);
        Assert.Contains("4096 bytes of pool memory", report.Buffer);
    }

    // The C library's assert would end this process.
    [Theory]
    [InlineData("#include <cassert>")]
    [InlineData("#include <assert.h>")]
    [InlineData("")]
    public void AFailedAssertIsAnErrorOfTheKernel(string include)
    {
        using var emulated = Open();
        using var module = emulated.Device.Compile(KernelSource.FromString("assert.cu", include + """

            extern "C" __global__ void check(int n) {
              assert(n == 3);
            }
            """));
        emulated.Device.DefaultStream.Launch(module.GetKernel("check"), new LaunchConfig(1, 1), 3);
        emulated.Device.Synchronize();
        emulated.Device.DefaultStream.Launch(module.GetKernel("check"), new LaunchConfig(1, 1), 4);
        Assert.Equal(CUresult.CUDA_ERROR_ASSERT, Assert.ThrowsAny<CudaException>(emulated.Device.Synchronize).Code);
        var report = Assert.Single(emulated.Reports);
        Assert.Equal(("assert", "assert.cu", 3), (report.Rule, report.File, report.Line));
        Assert.Contains("n == 3", report.Message);
    }

    [Fact]
    public void NdebugLeavesAssertsOut()
    {
        using var emulated = Open();
        using var module = emulated.Device.Compile(
            KernelSource.FromString("assert.cu", "#include <cassert>\nextern \"C\" __global__ void check(int n) { assert(n == 3); }"),
            new CompileOptions { Defines = new Dictionary<string, string?> { ["NDEBUG"] = null } });
        emulated.Device.DefaultStream.Launch(module.GetKernel("check"), new LaunchConfig(1, 1), 4);
        emulated.Device.Synchronize();
        Assert.Empty(emulated.Reports);
    }

    [Fact]
    public void TwoDevicesHaveVariablesOfTheirOwn()
    {
        using var first = Open();
        using var second = Open();
        Assert.Equal([5, 6, 5], new[] { Count(first, 1), Count(first, 2), Count(second, 1) });
    }

    [Fact]
    public void AnInjectedOutOfMemoryComesThroughTheRuntime()
    {
        using var emulated = Open();
        emulated.InjectError(nameof(DriverApi.cuMemAllocFromPoolAsync), CUresult.CUDA_ERROR_OUT_OF_MEMORY, count: 100);
        Assert.Throws<CudaOutOfMemoryException>(() => emulated.Device.CreateBuffer<float>(16));
        emulated.ClearInjectedErrors();
        using var memory = emulated.Device.CreateBuffer<float>(16);
        Assert.Equal(16, memory.Length);
    }

    [Fact]
    public void InjectingIntoAnUnknownFunctionIsRefused()
    {
        using var emulated = Open();
        Assert.Throws<ArgumentException>(() => emulated.InjectError("cuNoSuchThing", CUresult.CUDA_ERROR_UNKNOWN));
        Assert.Throws<ArgumentException>(() => emulated.InjectError("cuMemAlloc", CUresult.CUDA_SUCCESS));
        Assert.Throws<ArgumentOutOfRangeException>(() => emulated.InjectError("cuMemAlloc", CUresult.CUDA_ERROR_UNKNOWN, count: 0));
    }

    [Fact]
    public void PrintfGoesToTheOptionsWriter()
    {
        var output = new StringWriter();
        using var emulated = Open(new EmulationOptions { Output = output });
        var source = KernelSource.FromString("hello.cu", "__global__ void hello(int n) { if (threadIdx.x == 3) printf(\"hello %d\\n\", n); }");
        using var module = emulated.Device.Compile(source, new CompileOptions { Kernels = ["hello"] });
        emulated.Device.DefaultStream.Launch(module.GetKernel("hello"), new LaunchConfig(1, 32), 42);
        emulated.Device.Synchronize();
        Assert.Equal("hello 42\n", output.ToString());
    }

    [Fact]
    public void TensorsRunTheirKernelsAndLeaveNothing()
    {
        var emulated = Open();
        using (var x = emulated.Device.CreateTensor<float>(new float[] { 1, 2, 3, 4, 5, 6 }, [2, 3]))
        using (var y = x.Softmax())
        using (var z = y.Sum())
            Assert.Equal(2f, z.ToArray()[0], 1e-5f);
        emulated.Dispose();
        Assert.Empty(emulated.Reports);
    }

    [Fact]
    public async Task AStreamCanBeAwaited()
    {
        using var emulated = Open();
        using var memory = emulated.Device.CreateBuffer<float>(1 << 16);
        memory.Clear();
        await emulated.Device.DefaultStream;
        Assert.Equal(0f, memory.ToArray()[1 << 15]);
        Assert.Empty(emulated.Reports);
    }

    [Fact]
    public void ACapturedGraphOfTheRuntimeRuns()
    {
        using var emulated = Open();
        var device = emulated.Device;
        using var module = device.Compile(KernelSource.FromString("saxpy.cu", Source), new CompileOptions { Kernels = ["saxpy<float>"] });
        var saxpy = module.GetKernel("saxpy<float>");
        using var x = device.CreateBuffer<float>([1, 2, 3]);
        using var y = device.CreateBuffer<float>([0, 0, 0]);
        device.Synchronize();
        using var graph = device.DefaultStream.Capture(stream =>
        {
            stream.Launch(saxpy, LaunchConfig.Cover(3), y, x, 1f, 3);
            stream.Launch(saxpy, LaunchConfig.Cover(3), y, x, 10f, 3);
        });
        using var instance = graph.Instantiate();
        instance.Launch();
        instance.Launch();
        Assert.Equal([22f, 44f, 66f], y.ToArray());
        Assert.Empty(emulated.Reports);
    }

    [Fact]
    public void ClosingReportsNothingAfterACleanRun()
    {
        var emulated = Open();
        emulated.Device.CreateBuffer<float>(100);
        using (var stream = emulated.Device.CreateStream())
            stream.Synchronize();
        emulated.Dispose();
        Assert.Empty(emulated.Reports);
    }

    // An image calls the engine that it was compiled for: one of another engine must not be taken from the disk.
    [Fact]
    public void TheKeyOfACachedImageHoldsTheEngine()
    {
        Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
        using var emulated = EmulatedDevice.Open();
        Assert.Equal(NativeRuntime.Instance.Folder.Hash, emulated.Device.Compiler.Build);
    }

    private static EmulatedDevice Open(EmulationOptions? options = null) => EmulatedDevice.Open(options, new CudaDeviceOptions { UseKernelCache = false });

    private static int Count(EmulatedDevice emulated, int launches)
    {
        var device = emulated.Device;
        using var module = device.Compile(KernelSource.FromString("count.cu", Source), new CompileOptions { Kernels = ["count"] });
        using var result = device.CreateBuffer<int>(1);
        for (var i = 0; i < launches; i++)
            device.DefaultStream.Launch(module.GetKernel("count"), new LaunchConfig(1, 1), result);
        return result.ToArray()[0];
    }
}
