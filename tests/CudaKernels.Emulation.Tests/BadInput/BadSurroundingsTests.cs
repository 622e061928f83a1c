using CudaKernels.Emulation;
using CudaKernels.Interop;

namespace CudaKernels.Tests;

/// <summary>What is wrong around the program: missing native libraries, a damaged kernel cache, memory that runs out.</summary>
public sealed class BadSurroundingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cudakernels-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(NativeLibraryKind.Driver, "libcuda.so.1")]
    [InlineData(NativeLibraryKind.Nvrtc, "libnvrtc.so")]
    [InlineData(NativeLibraryKind.Cublas, "libcublas.so")]
    [InlineData(NativeLibraryKind.CublasLt, "libcublasLt.so")]
    [InlineData(NativeLibraryKind.Nvml, "libnvidia-ml.so.1")]
    [InlineData(NativeLibraryKind.Nccl, "libnccl.so")]
    public void AMissingLibraryIsNamedWithEveryPlaceTried(NativeLibraryKind kind, string file)
    {
        SkipWhereInstalled(kind);
        var finder = new NativeLibraryFinder(new NativeLibraryOptions { Paths = [_folder] });
        var failure = Assert.Throws<CudaLibraryNotFoundException>(() => finder.Open(kind));
        Assert.Contains(failure.Library, failure.Message);
        Assert.Contains(Path.Combine(_folder, file), failure.Message);
        Assert.Contains("no such file", failure.Message);
    }

    [Fact]
    public void AMachineWithoutDriverHasNoGpuAndSaysWhy()
    {
        SkipWhereInstalled(NativeLibraryKind.Driver);
        Assert.Contains("libcuda.so.1", Assert.Throws<CudaLibraryNotFoundException>(() => CudaDevice.Open()).Message);
        Assert.Equal(0, CudaDevice.Count);
        Assert.False(CudaDevice.TryOpen(0, out var device, out var reason));
        Assert.Null(device);
        Assert.Contains("libcuda.so.1", reason);
        using var fallback = ComputeDevice.OpenDefault();
        Assert.Equal(DeviceKind.Cpu, fallback.Kind);
    }

    [Fact]
    public void ADeviceWithoutNvrtcAndCublasStillMovesMemory()
    {
        SkipWhereInstalled(NativeLibraryKind.Nvrtc);
        SkipWhereInstalled(NativeLibraryKind.Cublas);
        var software = SoftwareDriver.Lease(EmulationOptions.Default);
        var sources = new CudaDeviceSources(
            new SoftwareDriverSource(), new DeferredSource(NativeLibraryKind.Nvrtc), new DeferredSource(NativeLibraryKind.Cublas), DeviceKind.Emulated, "bare");
        using (var device = CudaDevice.Open(sources, software.Ordinal))
        {
            device.Disposed = software.Dispose;
            using var x = device.CreateTensor<float>([1, 2, 3, 4], [2, 2]);
            Assert.False(device.HasCublasLt);
            Assert.Contains("bare has no cuBLASLt", Assert.Throws<CudaNotSupportedException>(() => device.CublasLt).Message);
            var before = device.CreateLeakReport();
            Assert.Contains("libnvrtc.so", Assert.Throws<CudaLibraryNotFoundException>(() => x.Exp()).Message);
            Assert.Contains("libnvrtc.so", Assert.Throws<CudaLibraryNotFoundException>(() => device.Compile(KernelSource.FromString("k.cu", "__global__ void k() {}"))).Message);
            using var product = device.CreateUninitializedTensor<float>([2, 2]);
            Assert.Contains("libcublas.so", Assert.Throws<CudaLibraryNotFoundException>(() => x.MatMul(x, product, algorithm: MatMulAlgorithm.Cublas)).Message);
            Assert.Equal(before.Allocations.Count + 1, device.CreateLeakReport().Allocations.Count);
            Assert.Equal(before.Resources, device.CreateLeakReport().Resources);
            Assert.Equal([1f, 2f, 3f, 4f], x.ToArray());
        }

        Assert.Empty(software.Reports.Snapshot());
    }

    [Fact]
    public void ADamagedCacheIsAMiss()
    {
        var source = KernelSource.FromString("answer.cu", "extern \"C\" __global__ void answer(int* y) { y[0] = 42; }");
        Assert.Equal(42, Answer(out var first));
        Assert.Equal((0, 1), (first.Hits, first.Misses));
        var path = Directory.GetFiles(_folder, "*.image", SearchOption.AllDirectories)
            .Single(file => File.ReadAllBytes(file).AsSpan().IndexOf("answer"u8) >= 0);
        var whole = File.ReadAllBytes(path);
        Assert.Equal(42, Answer(out var second));
        Assert.Equal((1, 0), (second.Hits, second.Misses));
        foreach (var damage in Damages(whole))
        {
            File.WriteAllBytes(path, damage);
            Assert.Equal(42, Answer(out var after));
            Assert.Equal((0, 1), (after.Hits, after.Misses));
            Assert.Equal(whole.Length, new FileInfo(path).Length);
        }

        // A folder where the file should be can neither be read nor replaced: compiled without a word.
        File.Delete(path);
        Directory.CreateDirectory(path);
        Assert.Equal(42, Answer(out _));

        int Answer(out KernelCacheStatistics statistics)
        {
            var cache = new KernelCache(_folder);
            using var sound = new SoundDevice("emulated", new CudaDeviceOptions { KernelCache = cache });
            var before = cache.Statistics;
            using var module = sound.Cuda.Compile(source);
            using var y = sound.Cuda.CreateBuffer<int>(1);
            sound.Cuda.DefaultStream.Launch(module.GetKernel("answer"), new LaunchConfig(1, 1), y);
            statistics = cache.Statistics with { Hits = cache.Statistics.Hits - before.Hits, Misses = cache.Statistics.Misses - before.Misses };
            return y.ToArray()[0];
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MemoryThatRunsOut(bool usePool)
    {
        using var emulated = EmulatedDevice.Open(new EmulationOptions { TotalMemory = 64 << 20 }, new CudaDeviceOptions { UseMemoryPool = usePool });
        using (var x = emulated.Device.CreateTensor<float>([1, 2, 3, 4]))
        {
            var failure = Assert.Throws<CudaOutOfMemoryException>(() => emulated.Device.CreateUninitializedTensor<float>([1 << 28]));
            Assert.Equal(1UL << 30, failure.RequestedBytes);
            Assert.Contains("1073741824 bytes", failure.Message);
            Assert.Single(emulated.Device.CreateLeakReport().Allocations);
            using var y = x.Clone();
            Assert.Equal([1f, 2f, 3f, 4f], y.ToArray());
        }

        Assert.Empty(emulated.Device.CreateLeakReport().Allocations);
        emulated.Dispose();
        Assert.Empty(emulated.Reports);
    }

    [Fact]
    public void DriverCallsThatFailLeaveNothingBehind()
    {
        using var sound = new SoundDevice("emulated");
        using var x = sound.Device.CreateTensor<float>([1, 2, 3, 4], [2, 2]);
        using var turned = x.TransposeView();
        using var softmax = x.Softmax(axis: 0);
        (string Function, Action Use)[] uses =
        [
            (nameof(DriverApi.cuMemcpyHtoDAsync), () => sound.Device.CreateTensor<float>([1, 2, 3])),
            (nameof(DriverApi.cuMemcpyHtoDAsync), () => sound.Device.CreateScalar(1f)),
            (nameof(DriverApi.cuMemcpyHtoDAsync), () => sound.Cuda.CreateBuffer<float>([1, 2, 3])),
            (nameof(DriverApi.cuLaunchKernelEx), () => sound.Device.CreateZeros<float>([4])),
            (nameof(DriverApi.cuLaunchKernelEx), () => x.Add(x)),
            (nameof(DriverApi.cuLaunchKernelEx), () => x.Softmax(axis: 0)),
            (nameof(DriverApi.cuLaunchKernelEx), () => x.Sum([0])),
            (nameof(DriverApi.cuLaunchKernelEx), () => x.MatMul(turned)),
            (nameof(DriverApi.cuLaunchKernelEx), () => turned.Clone()),
            (nameof(DriverApi.cuLaunchKernelEx), () => turned.ToArray()),
            (nameof(DriverApi.cuMemcpyDtoHAsync), () => x.ToArray()),
            (nameof(DriverApi.cuMemcpyDtoDAsync), () => x.Clone()),
            (nameof(DriverApi.cuStreamCreateWithPriority), () => sound.Cuda.CreateStream()),
            (nameof(DriverApi.cuEventCreate), () => sound.Cuda.CreateEvent()),
            (nameof(DriverApi.cuMemHostAlloc), () => sound.Cuda.CreatePinnedBuffer<float>(4)),
        ];
        foreach (var (function, use) in uses)
        {
            var failure = sound.Refuses<CudaException>(
                () =>
                {
                    sound.Emulated.InjectError(function, CUresult.CUDA_ERROR_NOT_PERMITTED);
                    use();
                },
                "CUDA_ERROR_NOT_PERMITTED",
                function);
            Assert.Equal(CUresult.CUDA_ERROR_NOT_PERMITTED, failure.Code);
        }

        Assert.False(sound.Cuda.IsContextLost);
        Assert.Equal([1f, 2f, 3f, 4f], x.ToArray());
    }

    private static void SkipWhereInstalled(NativeLibraryKind kind)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the file names are those of Linux");
        Assert.SkipWhen(NativeLibraries.Find(kind).Found, $"{kind} is installed here");
    }

    private static IEnumerable<byte[]> Damages(byte[] whole)
    {
        yield return [];
        yield return whole[..1];
        yield return whole[..(whole.Length / 2)];
        yield return [.. whole, 0];
        yield return [.. Enumerable.Repeat((byte)0xff, whole.Length)];
        foreach (var at in (int[])[0, 8, whole.Length / 2, whole.Length - 1])
        {
            byte[] copy = [.. whole];
            copy[at] ^= 0x10;
            yield return copy;
        }
    }
}
