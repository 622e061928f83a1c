namespace CudaKernels.Tests;

/// <summary>Mistakes with kernels on the software device: launches, names, sources, objects that are gone. Each is refused before anything runs.</summary>
public sealed class BadLaunchTests
{
    private const string Source = """
        template <class T> __global__ void scale(T* y, const T* x, T factor, int n) {
          int i = blockIdx.x * blockDim.x + threadIdx.x;
          if (i < n) y[i] = factor * x[i];
        }
        extern "C" __global__ void __launch_bounds__(64) bounded(int* y) { y[threadIdx.x] = threadIdx.x; }
        __device__ int counter[3] = {1, 2, 3};
        """;

    private static readonly CompileOptions s_options = new() { Kernels = ["scale<float>"] };

    [Fact]
    public void GridsAndBlocksOfNoSize()
    {
        using var sound = new SoundDevice("emulated");
        using var work = new Work(sound);
        sound.Refuses<ArgumentException>(() => work.Launch(new LaunchConfig(0, 32)), "scale<float>", "grid (0, 1, 1)");
        sound.Refuses<ArgumentException>(() => work.Launch(new LaunchConfig(new Dim3(1, 0), 32)), "grid (1, 0, 1)");
        sound.Refuses<ArgumentException>(() => work.Launch(new LaunchConfig(1, 0)), "block (0, 1, 1)");
        sound.Refuses<ArgumentException>(() => work.Launch(default(LaunchConfig)), "grid (0, 0, 0)");
        sound.Refuses<ArgumentException>(() => work.Launch(LaunchConfig.Cover(0)), "grid (0, 1, 1)");
        sound.Refuses<ArgumentOutOfRangeException>(() => work.Launch(new LaunchConfig(-1, 32)), "-1");
        sound.Refuses<ArgumentOutOfRangeException>(() => LaunchConfig.Cover(-5), "-5");
        sound.Refuses<ArgumentOutOfRangeException>(() => LaunchConfig.Cover(1L << 40, 1), $"{1L << 40}");
        work.RequireUntouched();
    }

    [Fact]
    public void MoreThreadsBlocksOrSharedMemoryThanThereAre()
    {
        using var sound = new SoundDevice("emulated");
        using var work = new Work(sound);
        using var bounded = sound.Cuda.CreateBuffer<int>(128);
        sound.Refuses<ArgumentException>(() => work.Launch(new LaunchConfig(1, 2048)), "block (2048, 1, 1)", "(1024, 1024, 64)");
        sound.Refuses<ArgumentException>(() => work.Launch(new LaunchConfig(1, new Dim3(33, 32))), "block (33, 32, 1)", "1056 threads", "1024");
        sound.Refuses<ArgumentException>(() => work.Launch(new LaunchConfig(1, new Dim3(1, 1, 65))), "(1, 1, 65)");
        sound.Refuses<ArgumentException>(() => work.Launch(new LaunchConfig(new Dim3(1, 65536), 32)), "grid (1, 65536, 1)", "65535");
        sound.Refuses<ArgumentException>(() => work.Launch(new LaunchConfig(1, 32, -4)), "-4 bytes of shared memory");
        sound.Refuses<ArgumentOutOfRangeException>(() => work.Launch(new LaunchConfig(1, 32, 1 << 20)), "1048576 bytes", "scale<float>");
        sound.Refuses<ArgumentException>(() => sound.Cuda.DefaultStream.Launch(work.Module.GetKernel("bounded"), new LaunchConfig(1, 65), bounded), "bounded", "65 threads", "at most 64");
        sound.Refuses<ArgumentException>(() => work.Launch(new LaunchConfig(3, 32, Cluster: new Dim3(2))), "grid (3, 1, 1)", "cluster (2, 1, 1)");
        work.RequireUntouched();
    }

    [Fact]
    public void NamesThatNothingHas()
    {
        using var sound = new SoundDevice("emulated");
        using var work = new Work(sound);
        sound.Refuses<ArgumentException>(() => work.Module.GetKernel("scale<double>"), "scale<double>", "it was compiled with", "scale<float>");
        sound.Refuses<ArgumentException>(() => work.Module.GetKernel("nothing"), "has no kernel nothing");
        sound.Refuses<ArgumentException>(() => work.Module.GetKernel(""));
        sound.Refuses<ArgumentNullException>(() => work.Module.GetKernel(null!));
        sound.Refuses<ArgumentException>(() => work.Module.GetGlobal<int>("missing"), "scale.cu", "missing");
        sound.Refuses<ArgumentException>(() => work.Module.GetGlobal<long>("counter"), "counter", "12 bytes", "Int64");
        sound.Refuses<ArgumentException>(() => KernelSource.FromResource("elementwise/no_such.cu"), "elementwise/no_such.cu", "elementwise/add.cu");
        sound.Refuses<FileNotFoundException>(() => KernelSource.FromFile("no_such_file.cu"), "no_such_file.cu");
        sound.Refuses<NvrtcCompilationException>(() => Compile(sound, "scale.cu", Source, "unknown<float>"), "scale.cu", "unknown");
        var misspelt = sound.Refuses<NvrtcCompilationException>(
            () => Compile(sound, "scale.cu", Source, "scale<flat>"), "1 error", "name expression:1: error: scale<flat>: ", "flat");
        Assert.DoesNotContain("CK_", misspelt.Message);
        using var counter = work.Module.GetGlobal<int>("counter");
        Assert.Equal([1, 2, 3], counter.ToArray());
        work.RequireUntouched();
    }

    [Fact]
    public void WrongNumbersAndTypesOfArguments()
    {
        using var sound = new SoundDevice("emulated");
        using var work = new Work(sound);
        var (y, x) = (work.Y, work.X);
        using var strided = sound.Device.CreateTensor<float>([1, 2, 3, 4], [2, 2]);
        using var turned = strided.TransposeView();
        sound.Refuses<ArgumentException>(() => work.Launch(y, x, 2f), "scale<float> takes 4 arguments", "3 were given");
        sound.Refuses<ArgumentException>(() => work.Launch(y, x, 2f, 4, 5), "takes 4 arguments", "5 were given");
        sound.Refuses<ArgumentException>(() => work.Launch(), "takes 4 arguments", "0 were given");
        sound.Refuses<ArgumentException>(() => work.Launch(y, x, 2.0, 4), "argument 2", "8-byte floating-point", "float (4 bytes)");
        sound.Refuses<ArgumentException>(() => work.Launch(y, x, 2, 4), "argument 2", "4-byte integer", "float");
        sound.Refuses<ArgumentException>(() => work.Launch(y, x, 2f, 4f), "argument 3", "4-byte floating-point", "int");
        sound.Refuses<ArgumentException>(() => work.Launch(y, x, 2f, 4L), "argument 3", "8-byte integer", "int (4 bytes)");
        sound.Refuses<ArgumentException>(() => work.Launch(y, 7L, 2f, 4), "argument 1", "8-byte integer", "float");
        sound.Refuses<ArgumentException>(() => work.Launch(y, x, y, 4), "argument 2", "a pointer", "float");
        sound.Refuses<ArgumentException>(() => work.Launch(y, turned, 2f, 4), "lengths [2, 2]", "strides [1, 2]", "AsKernelView");
        sound.Refuses<ArgumentNullException>(() => work.Launch(y, (DeviceBuffer<float>)null!, 2f, 4));
        sound.Refuses<ArgumentNullException>(() => sound.Cuda.DefaultStream.Launch(null!, new LaunchConfig(1, 32)));
        sound.Refuses<ArgumentOutOfRangeException>(() => x.At(5), "5");
        work.RequireUntouched();
    }

    [Fact]
    public void ArgumentsStreamsAndKernelsOfAnotherDevice()
    {
        using var sound = new SoundDevice("emulated");
        using var other = new SoundDevice("emulated");
        using var work = new Work(sound);
        using var foreign = new Work(other);
        string[] both = [sound.Device.Id, other.Device.Id];
        sound.Refuses<ArgumentException>(() => work.Launch(work.Y, foreign.X, 2f, 4), [.. both, "argument 1"]);
        sound.Refuses<ArgumentException>(() => other.Cuda.DefaultStream.Launch(work.Kernel, new LaunchConfig(1, 32), work.Y, work.X, 2f, 4), both);
        sound.Refuses<ArgumentException>(() => sound.Device.CreateTensor<float>([1f], stream: other.Cuda.DefaultStream), both);
        sound.Refuses<ArgumentException>(() => work.X.ToArray(other.Cuda.DefaultStream), both);
        sound.Refuses<ArgumentException>(() => work.X.CopyTo(foreign.X), both);
        using var @event = other.Cuda.CreateEvent();
        sound.Refuses<ArgumentException>(() => sound.Cuda.DefaultStream.Record(@event), both);
        other.RequireWorking();
        foreign.RequireUntouched();
        work.RequireUntouched();
    }

    [Fact]
    public void SourcesThatDoNotCompile()
    {
        using var sound = new SoundDevice("emulated");
        using var work = new Work(sound);
        var failure = sound.Refuses<NvrtcCompilationException>(
            () => Compile(sound, "wrong.cu", "__global__ void wrong(float* y) {\n  y[0] = 1.0f\n}\n"), "wrong.cu does not compile", "wrong.cu:");
        Assert.Equal("wrong.cu", failure.SourceName);
        Assert.Contains(failure.Diagnostics, diagnostic => diagnostic.IsError && diagnostic.File == "wrong.cu" && diagnostic.Line is 2 or 3);
        sound.Refuses<NvrtcCompilationException>(() => Compile(sound, "unknown.cu", "__global__ void k(float* y) {\n\n  y[0] = no_such_function(1);\n}\n"), "unknown.cu:3", "no_such_function");
        sound.Refuses<NvrtcCompilationException>(() => Compile(sound, "lost.cu", "#include \"no_such_header.cuh\"\n__global__ void k() {}\n"), "lost.cu:1", "no_such_header.cuh", "IncludePaths");
        var folder = Directory.CreateTempSubdirectory("cudakernels-test-").FullName;
        try
        {
            var path = Path.Combine(folder, "file.cu");
            File.WriteAllText(path, "__global__ void k(int n) {\n  int 5x = n;\n}\n");
            sound.Refuses<NvrtcCompilationException>(() => sound.Cuda.Compile(KernelSource.FromFile(path)), "file.cu:2");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        work.RequireUntouched();
    }

    [Fact]
    public void ImagesThatAreNone()
    {
        using var sound = new SoundDevice("emulated");
        sound.Refuses<ArgumentException>(() => sound.Cuda.LoadModule(ReadOnlySpan<byte>.Empty), "image");
        sound.Refuses<CudaException>(() => sound.Cuda.LoadModule([1, 2, 3, 4], "four"), "four", "4 bytes");
        sound.Refuses<CudaException>(
            () => sound.Cuda.LoadModule(".version 8.0\n.target sm_80\n.address_size 64\n.visible .entry k() { ret; }\n"u8, "k.ptx"),
            "k.ptx",
            "neither PTX nor the cubin of a GPU",
            "Compile");
        sound.Refuses<CudaException>(() => sound.Cuda.LoadModule("\u007fELF rubbish"u8, "rubbish"), "rubbish", "12 bytes");
    }

    [Fact]
    public void LengthsBeyondAllMemory()
    {
        using var sound = new SoundDevice("emulated");
        sound.Refuses<ArgumentOutOfRangeException>(() => sound.Cuda.CreateBuffer<float>(-1), "-1");
        sound.Refuses<ArgumentOutOfRangeException>(() => sound.Cuda.CreateBuffer<double>(1L << 61), $"{1L << 61}");
        sound.Refuses<ArgumentOutOfRangeException>(() => sound.Cuda.CreateBuffer<double>(long.MaxValue), $"{long.MaxValue}");
        sound.Refuses<CudaOutOfMemoryException>(() => sound.Cuda.CreateBuffer<double>(long.MaxValue / 8), $"{long.MaxValue / 8 * 8} bytes");
        sound.Refuses<CudaOutOfMemoryException>(() => sound.Cuda.CreateBuffer<byte>(long.MaxValue), $"{long.MaxValue} bytes");
    }

    [Fact]
    public void TimesOfEventsThatWereNeverRecorded()
    {
        using var sound = new SoundDevice("emulated");
        using var recorded = sound.Cuda.CreateEvent();
        using var never = sound.Cuda.CreateEvent();
        using var untimed = sound.Cuda.CreateEvent(timing: false);
        sound.Cuda.DefaultStream.Record(recorded);
        sound.Cuda.DefaultStream.Record(untimed);
        sound.Refuses<InvalidOperationException>(() => never.MillisecondsSince(recorded), "at the end", "never recorded");
        sound.Refuses<InvalidOperationException>(() => recorded.MillisecondsSince(never), "at the start", "never recorded");
        sound.Refuses<InvalidOperationException>(() => recorded.MillisecondsSince(untimed), "made with timing");
        Assert.True(recorded.MillisecondsSince(recorded) >= 0);
    }

    [Fact]
    public void ObjectsThatAreGone()
    {
        using var sound = new SoundDevice("emulated");
        using var work = new Work(sound);
        var buffer = sound.Cuda.CreateBuffer<float>(4);
        var tensor = sound.Device.CreateTensor<float>([1, 2, 3, 4]);
        var pinned = sound.Cuda.CreatePinnedBuffer<float>(4);
        var stream = sound.Cuda.CreateStream();
        var @event = sound.Cuda.CreateEvent();
        var module = Compile(sound, "gone.cu", Source, "scale<float>");
        var kernel = module.GetKernel("scale<float>");
        foreach (var one in new IDisposable[] { buffer, tensor, pinned, stream, @event, module })
        {
            one.Dispose();
            one.Dispose();
        }

        sound.Refuses<ObjectDisposedException>(() => work.Launch(work.Y, buffer, 2f, 4), "DeviceBuffer");
        sound.Refuses<ObjectDisposedException>(() => work.Launch(work.Y, tensor, 2f, 4), "DeviceTensor");
        sound.Refuses<ObjectDisposedException>(() => buffer.ToArray(), "DeviceBuffer<Single>[4]");
        sound.Refuses<ObjectDisposedException>(() => work.X.CopyTo(pinned), "PinnedBuffer");
        sound.Refuses<ObjectDisposedException>(() => pinned.Span.Clear(), "PinnedBuffer");
        sound.Refuses<ObjectDisposedException>(() => stream.Launch(work.Kernel, new LaunchConfig(1, 32), work.Y, work.X, 2f, 4), "stream", sound.Device.Id);
        sound.Refuses<ObjectDisposedException>(stream.Synchronize, "stream");
        sound.Refuses<ObjectDisposedException>(() => sound.Device.CreateTensor<float>([1f], stream: stream), "stream");
        sound.Refuses<ObjectDisposedException>(() => sound.Cuda.DefaultStream.Record(@event), "CudaEvent");
        sound.Refuses<ObjectDisposedException>(() => module.GetKernel("bounded"), "CudaModule");

        // A kernel keeps its code, whatever becomes of the module.
        work.RequireUntouched();
        sound.Cuda.DefaultStream.Launch(kernel, new LaunchConfig(1, 32), work.Y, work.X, 3f, 4);
        Assert.Equal([3f, 6f, 9f, 12f], work.Y.ToArray());
    }

    private static CudaModule Compile(SoundDevice sound, string name, string text, params string[] kernels) =>
        sound.Cuda.Compile(KernelSource.FromString(name, text), new CompileOptions { Kernels = [.. kernels] });

    /// <summary>A kernel and its buffers, which no refused launch may touch.</summary>
    private sealed class Work : IDisposable
    {
        private readonly SoundDevice _sound;

        public Work(SoundDevice sound)
        {
            _sound = sound;
            Module = sound.Cuda.Compile(KernelSource.FromString("scale.cu", Source), s_options);
            Kernel = Module.GetKernel("scale<float>");
            X = sound.Cuda.CreateBuffer<float>([1, 2, 3, 4]);
            Y = sound.Cuda.CreateBuffer<float>([-1, -1, -1, -1]);
        }

        public CudaModule Module { get; }

        public CudaKernel Kernel { get; }

        public DeviceBuffer<float> X { get; }

        public DeviceBuffer<float> Y { get; }

        public void Launch(in LaunchConfig config) => _sound.Cuda.DefaultStream.Launch(Kernel, config, Y, X, 2f, 4);

        public void Launch(params ReadOnlySpan<KernelArgument> arguments) => _sound.Cuda.DefaultStream.Launch(Kernel, new LaunchConfig(1, 32), arguments);

        /// <summary>The output is as it was, and a right launch writes it.</summary>
        public void RequireUntouched()
        {
            Assert.Equal([-1f, -1f, -1f, -1f], Y.ToArray());
            Launch(new LaunchConfig(1, 32));
            Assert.Equal([2f, 4f, 6f, 8f], Y.ToArray());
        }

        public void Dispose()
        {
            X.Dispose();
            Y.Dispose();
            Module.Dispose();
        }
    }
}
