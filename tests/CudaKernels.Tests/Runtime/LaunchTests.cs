using System.Diagnostics;
using CudaKernels.Interop;

namespace CudaKernels.Tests.Runtime;

public sealed class LaunchTests : FakeDriverTests
{
    [Fact]
    public void Arguments_ArriveAtTheDriver()
    {
        using var device = OpenWithSaxpy(out var kernel);
        using var y = device.CreateBuffer<float>(8);
        using var x = device.CreateBuffer<float>(8);
        FakeDriver.Records = true;
        device.DefaultStream.Launch(kernel, LaunchConfig.Cover(1000), y, x.At(2), 2.5f, -7);
        Assert.Equal([y.Address.Value, x.Address.Value + 8, BitConverter.SingleToUInt32Bits(2.5f), unchecked((uint)-7)], FakeDriver.LastArguments);
        var launch = FakeDriver.LastLaunch;
        Assert.Equal((4u, 1u, 256u, 0u, 0u), (launch.gridDimX, launch.gridDimY, launch.blockDimX, launch.sharedMemBytes, launch.numAttrs));
        Assert.Equal(device.DefaultStream.Handle, launch.hStream);
    }

    [Fact]
    public void ArgumentsInAHeapArray_ArriveToo()
    {
        using var device = OpenWithSaxpy(out var kernel);
        using var y = device.CreateBuffer<float>(8);
        FakeDriver.Records = true;
        KernelArgument[] arguments = [y, y, 1f, 99];
        device.DefaultStream.Launch(kernel, LaunchConfig.Cover(1), arguments);
        Assert.Equal(99UL, FakeDriver.LastArguments[3]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(100)]
    public void NoneAndManyArguments_ArriveToo(int count)
    {
        FakeDriver.ParameterSizes = [.. Enumerable.Repeat(8, count)];
        using var device = FakeDriver.Open();
        var kernel = device.LoadModule("PTX"u8).GetKernel("takes_many");
        FakeDriver.Records = true;
        device.DefaultStream.Launch(kernel, new LaunchConfig(1, 32), [.. Enumerable.Range(0, count).Select(i => (KernelArgument)(long)i)]);
        Assert.Equal(Enumerable.Range(0, count).Select(i => (ulong)i), FakeDriver.LastArguments);
        Assert.Contains("cuLaunchKernelEx", FakeDriver.Calls);
    }

    [Fact]
    public unsafe void StructsOfAnySize_ArePassedByTheirAddress()
    {
        FakeDriver.ParameterSizes = [24];
        using var device = FakeDriver.Open();
        var kernel = device.LoadModule("PTX"u8).GetKernel("takes_struct");
        var value = (A: 11L, B: 22L, C: 33L);
        FakeDriver.Records = true;
        device.DefaultStream.Launch(kernel, new LaunchConfig(1, 32), KernelArgument.Struct(&value));
        Assert.Equal([11UL], FakeDriver.LastArguments);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(24)]
    public void StructsByValue_ArePassedByTheirAddressOrInPlace(int bytes)
    {
        FakeDriver.ParameterSizes = [bytes];
        using var device = FakeDriver.Open();
        var kernel = device.LoadModule("PTX"u8).GetKernel("takes_struct");
        FakeDriver.Records = true;
        device.DefaultStream.Launch(kernel, new LaunchConfig(1, 32), bytes == 8 ? KernelArgument.Struct((A: 11, B: 0)) : KernelArgument.Struct((A: 11L, B: 22L, C: 33L)));
        Assert.Equal([11UL], FakeDriver.LastArguments);
    }

    [Fact]
    public void Launch_AllocatesNothing()
    {
        using var device = OpenWithSaxpy(out var kernel);
        using var y = device.CreateBuffer<float>(1024);
        using var x = device.CreateBuffer<float>(1024);
        var stream = device.DefaultStream;
        Repeat(1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Repeat(int count)
        {
            for (var i = 0; i < count; i++)
                stream.Launch(kernel, LaunchConfig.Cover(1024), y, x, 2f, i);
        }
    }

    [Fact]
    public void Launch_CostsUnder150Nanoseconds()
    {
        Assert.SkipUnless(NativeReturn.IsSupported, "the function that returns at once is written for x64 Linux");
        using var device = OpenWithSaxpy(out var kernel, source: new FakeDriver { LaunchFunction = NativeReturn.Make() });
        using var y = device.CreateBuffer<float>(1024);
        using var x = device.CreateBuffer<float>(1024);
        var best = double.MaxValue;
        for (var round = 0; round < 400; round++)
            best = Math.Min(best, MeasureLaunch(device.DefaultStream, kernel, y, x));
        TestContext.Current.TestOutputHelper?.WriteLine($"one launch of 4 arguments: {best:0.0} ns");
        Assert.InRange(best, 1, 150);
    }

    [Theory]
    [InlineData(0, 1, 1, 256, 1, 1, "has no blocks")]
    [InlineData(1, 0, 1, 256, 1, 1, "has no blocks")]
    [InlineData(1, 1, 1, 256, 0, 1, "has no threads")]
    [InlineData(1, 65536, 1, 256, 1, 1, "(1, 65536, 1) exceeds the limit (2147483647, 65535, 65535)")]
    [InlineData(1, 1, 1, 1, 1, 65, "(1, 1, 65) exceeds the limit (1024, 1024, 64)")]
    [InlineData(1, 1, 1, 1024, 1, 1, "has 1024 threads; this kernel, with 128 registers per thread and its launch bounds, runs with at most 512")]
    public void ImpossibleShapes_AreRefusedWithTheNumbers(uint gx, uint gy, uint gz, uint bx, uint by, uint bz, string message)
    {
        using var device = OpenWithSaxpy(out var kernel);
        using var y = device.CreateBuffer<float>(8);
        FakeDriver.Records = true;
        var refusal = Assert.Throws<ArgumentException>(() => device.DefaultStream.Launch(kernel, new LaunchConfig(new Dim3(gx, gy, gz), new Dim3(bx, by, bz)), y, y, 1f, 1));
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cuLaunchKernelEx", FakeDriver.Calls);
    }

    [Fact]
    public void WrongArguments_AreRefusedWithTheParameter()
    {
        using var device = OpenWithSaxpy(out var kernel);
        using var y = device.CreateBuffer<float>(8);
        Refuse("takes 4 arguments (float*, const float*, float, int), 3 were given", y, y, 1f);
        Refuse("argument 2 is a 4-byte integer; the kernel takes float", y, y, 1, 1);
        Refuse("argument 3 is a 8-byte integer; the kernel takes int (4 bytes)", y, y, 1f, 1L);
        Refuse("argument 0 is a 8-byte integer; the kernel takes float*", 1L, y, 1f, 1);

        void Refuse(string message, params KernelArgument[] arguments)
        {
            var refusal = Assert.Throws<ArgumentException>(() => device.DefaultStream.Launch(kernel, LaunchConfig.Cover(8), arguments));
            Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void OtherElementsBehindAPointer_AreRefusedByName()
    {
        using var device = OpenWithSaxpy(out var kernel);
        using var y = device.CreateBuffer<float>(8);
        using var doubles = device.CreateBuffer<double>(8);
        using var integers = device.CreateBuffer<int>(8);
        using var halves = device.CreateUninitializedTensor<Half>([2, 4]);
        using var bytes = device.CreateUninitializedTensor<byte>([2, 4]);
        Refuse("argument 0 is a pointer to double; the kernel takes float* (8 bytes)", doubles, y);
        Refuse("argument 1 is a pointer to double; the kernel takes const float* (8 bytes)", y, doubles.AsReadOnly());
        Refuse("argument 1 is a pointer to 32-bit integers; the kernel takes const float*", y, integers.At(3));
        Refuse("argument 1 is a pointer to Half; the kernel takes const float*", y, halves);
        Refuse("argument 1 is a pointer to 8-bit elements; the kernel takes const float*", y, bytes);

        // Memory that says nothing of its elements goes anywhere.
        using var raw = device.CreateBuffer<byte>(32);
        using var places = device.CreateBuffer<(float X, float Y)>(8);
        device.DefaultStream.Launch(kernel, LaunchConfig.Cover(8), raw, places, 1f, 1);

        void Refuse(string message, KernelArgument first, KernelArgument second)
        {
            var refusal = Assert.Throws<ArgumentException>(() => device.DefaultStream.Launch(kernel, LaunchConfig.Cover(8), first, second, 1f, 1));
            Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("float", PointedElement.Float32)]
    [InlineData("double", PointedElement.Float64)]
    [InlineData("__half", PointedElement.Float16 | PointedElement.Integer16)]
    [InlineData("bf16", PointedElement.BFloat16 | PointedElement.Integer16)]
    [InlineData("unsigned short", PointedElement.Float16 | PointedElement.BFloat16 | PointedElement.Integer16 | PointedElement.Bits8)]
    [InlineData("unsigned int", (PointedElement)255 & ~(PointedElement.Float64 | PointedElement.Integer64))]
    [InlineData("long long", (PointedElement)255 & ~(PointedElement.Float32 | PointedElement.Integer32))]
    [InlineData("unsigned char", (PointedElement)255)]
    [InlineData("void", (PointedElement)255)]
    [InlineData("float4", (PointedElement)255)]
    [InlineData(null, (PointedElement)255)]
    public void APointerTakesItsElementsAndTheirBits(string? pointee, object taken) =>
        Assert.Equal((PointedElement)255 & ~(PointedElement)taken, PointedElements.RefusedBy(pointee));

    [Fact]
    public void SharedMemory_OptsInOnceAndIsRefusedAboveTheLimit()
    {
        using var device = OpenWithSaxpy(out var kernel);
        using var y = device.CreateBuffer<float>(8);
        var stream = device.DefaultStream;
        FakeDriver.Records = true;
        stream.Launch(kernel, LaunchConfig.Cover(8) with { SharedBytes = 47 << 10 }, y, y, 1f, 1);
        Assert.DoesNotContain(FakeDriver.Calls, call => call.StartsWith("cuKernelSetAttribute", StringComparison.Ordinal));
        stream.Launch(kernel, LaunchConfig.Cover(8) with { SharedBytes = 48 << 10 }, y, y, 1f, 1);
        stream.Launch(kernel, LaunchConfig.Cover(8) with { SharedBytes = 200 << 10 }, y, y, 1f, 1);
        Assert.Single(FakeDriver.Calls, $"cuKernelSetAttribute CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES {(227 << 10) - 1024}");
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => stream.Launch(kernel, LaunchConfig.Cover(8) with { SharedBytes = 227 << 10 }, y, y, 1f, 1));
        Assert.Contains("so at most 231424 are possible", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ClusterCooperativeAndDependent_BecomeAttributes()
    {
        using var device = OpenWithSaxpy(out var kernel);
        using var y = device.CreateBuffer<float>(8);
        FakeDriver.Records = true;
        device.DefaultStream.Launch(kernel, new LaunchConfig(4, 64, Cluster: new Dim3(2), Cooperative: true, ProgrammaticDependent: true), y, y, 1f, 1);
        Assert.Equal(
            [CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION, CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_COOPERATIVE, CUlaunchAttributeID.CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_STREAM_SERIALIZATION],
            FakeDriver.LastAttributes);
        var refusal = Assert.Throws<ArgumentException>(() => device.DefaultStream.Launch(kernel, new LaunchConfig(5, 64, Cluster: new Dim3(2)), y, y, 1f, 1));
        Assert.Contains("(5, 1, 1) is not a multiple of the cluster (2, 1, 1)", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALaunchThatTheDriverRefuses_IsExplained()
    {
        using var device = OpenWithSaxpy(out var kernel);
        using var y = device.CreateBuffer<float>(8);
        FakeDriver.Records = true;
        FakeDriver.Fail("cuLaunchKernelEx", CUresult.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES);
        var failure = Assert.Throws<CudaException>(() => device.DefaultStream.Launch(kernel, new LaunchConfig(1, 512), y, y, 1f, 1));
        Assert.Equal(CUresult.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES, failure.Code);
        Assert.Contains("needs 65536 of 65536 registers", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AReleasedArgument_IsRefused()
    {
        using var device = OpenWithSaxpy(out var kernel);
        var x = device.CreateBuffer<float>(8);
        var argument = x.AsReadOnly();
        x.Dispose();
        Assert.Throws<ObjectDisposedException>(() => device.DefaultStream.Launch(kernel, LaunchConfig.Cover(8), argument, argument, 1f, 1));
        Assert.Throws<ObjectDisposedException>(() => (KernelArgument)x);
    }

    [Fact]
    public void Cover_RoundsUpAndRefusesWhatNoGridHolds()
    {
        Assert.Equal([0u, 1u, 1u, 2u], new[] { 0L, 1, 256, 257 }.Select(n => LaunchConfig.Cover(n).Grid.X));
        Assert.Throws<ArgumentOutOfRangeException>(() => LaunchConfig.Cover(long.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => LaunchConfig.Cover(1, 0));
    }

    [Fact]
    public void AnUnknownKernel_IsNamed()
    {
        using var device = FakeDriver.Open();
        using var module = device.LoadModule("PTX"u8, "math.cu");
        var refusal = Assert.Throws<ArgumentException>(() => module.GetKernel("missing<float>"));
        Assert.Contains("math.cu has no kernel missing<float>", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DebugMode_NamesTheKernelThatFailed()
    {
        using var device = OpenWithSaxpy(out var kernel, new CudaDeviceOptions { Debug = true, UseKernelCache = false });
        using var y = device.CreateBuffer<float>(8);
        FakeDriver.Fail("cuStreamSynchronize", CUresult.CUDA_ERROR_ILLEGAL_ADDRESS);
        var loss = Assert.Throws<CudaContextLostException>(() => device.DefaultStream.Launch(kernel, LaunchConfig.Cover(8), y, y, 1f, 1));
        Assert.Contains("after the launch of _Z5saxpyPfPKffi", loss.Message, StringComparison.Ordinal);
    }

    private static double MeasureLaunch(CudaStream stream, CudaKernel kernel, DeviceBuffer<float> y, DeviceBuffer<float> x)
    {
        const int Count = 20_000;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Count; i++)
            stream.Launch(kernel, LaunchConfig.Cover(1024), y, x, 2f, i);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Count;
    }
}
