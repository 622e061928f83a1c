using CudaKernels.Interop;

namespace CudaKernels.Tests;

/// <summary>Kernels of a user's own that take tensors with their lengths and strides.</summary>
public sealed class KernelViewTests
{
    private const string Source = """
        #include "common/tensor_view.cuh"

        template <class T> __global__ void copy_flat(T* y, TensorView<T> x) {
          i64 i = blockIdx.x * (i64)blockDim.x + threadIdx.x;
          if (i < x.count()) y[i] = x[i];
        }

        template <class T> __global__ void scale_matrix(TensorView<T> y, TensorView<const T> x, T factor) {
          i64 c = blockIdx.x * (i64)blockDim.x + threadIdx.x, r = blockIdx.y;
          if (c < x.lengths[1]) y(r, c) = factor * x(r, c);
        }

        // The same struct in the user's own words.
        struct Mine { const float* data; long long rank; long long lengths[8]; long long strides[8]; };
        extern "C" __global__ void describe(long long* y, Mine x) {
          int i = threadIdx.x;
          if (i == 0) y[0] = x.rank;
          if (i < 8) { y[1 + i] = x.lengths[i]; y[9 + i] = x.strides[i]; }
          if (i == 0) y[17] = (long long)*x.data;
        }
        """;

    private static readonly CompileOptions s_options = new() { Kernels = ["copy_flat<float>", "scale_matrix<float>", "scale_matrix<double>"] };

    private static float[] Iota(int count) => [.. Enumerable.Range(0, count).Select(i => (float)i)];

    [Fact]
    public void AKernelReadsATransposedTensor()
    {
        using var session = new Session();
        using var x = session.Device.CreateTensor<float>(Iota(6), [2, 3]);
        using var turned = x.TransposeView();
        Assert.Equal([0f, 3f, 1f, 4f, 2f, 5f], session.Flat(turned));
        Assert.Equal(turned.ToArray(), session.Flat(turned));
        Assert.Equal(x.ToArray(), session.Flat(x));
    }

    [Fact]
    public void AKernelReadsSlicesBroadcastsPermutationsAndScalars()
    {
        using var session = new Session();
        using var x = session.Device.CreateTensor<float>(Iota(24), [2, 3, 4]);
        using var slice = x.Slice(1.., 1..3, ^2..);
        Assert.Equal([18f, 19f, 22f, 23f], session.Flat(slice));
        using var permuted = x.PermuteDimensions(2, 0, 1);
        Assert.Equal(permuted.ToArray(), session.Flat(permuted));
        using var row = session.Device.CreateTensor<float>([1, 2, 3]);
        using var rows = row.BroadcastTo(2, 3);
        Assert.Equal([1f, 2f, 3f, 1f, 2f, 3f], session.Flat(rows));
        using var scalar = session.Device.CreateScalar(7f);
        Assert.Equal([7f], session.Flat(scalar));
        using var deep = session.Device.CreateTensor<float>(Iota(16), [1, 2, 1, 2, 1, 2, 2, 1]);
        using var reversed = deep.PermuteDimensions();
        Assert.Equal(reversed.ToArray(), session.Flat(reversed));
    }

    [Fact]
    public void AKernelWritesThroughAView()
    {
        using var session = new Session();
        using var x = session.Device.CreateTensor<float>(Iota(6), [2, 3]);
        using var y = session.Device.CreateZeros<float>([3, 4]);
        using var target = y.Slice(.., 1..3).TransposeView();
        session.Launch("scale_matrix<float>", new LaunchConfig(new Dim3(1, 2), 32), target.AsKernelView(), x.AsKernelView().AsReadOnly(), 10f);
        Assert.Equal([0f, 0f, 30f, 0f, 0f, 10f, 40f, 0f, 0f, 20f, 50f, 0f], y.ToArray());
    }

    [Fact]
    public void TheStructIsLaidOutAsDocumented()
    {
        using var session = new Session();
        using var x = session.Device.CreateTensor<float>(Iota(24), [2, 3, 4]);
        using var view = x.Slice(1..).PermuteDimensions(2, 1, 0);
        using var y = session.Device.CreateZeros<long>([18]);
        session.Launch("describe", new LaunchConfig(1, 32), y, view.AsKernelView());
        Assert.Equal([3, 4, 3, 1, 1, 1, 1, 1, 1, 1, 4, 12, 0, 0, 0, 0, 0, 12], y.ToArray());
        Assert.Equal(144, ((KernelArgument)view.AsKernelView()).Size);
    }

    [Fact]
    public void ALaunchWithViewsAllocatesNothing()
    {
        using var session = new Session();
        using var x = session.Device.CreateTensor<float>(Iota(6), [2, 3]);
        using var y = session.Device.CreateZeros<float>([3, 2]);
        using var turned = y.TransposeView();
        var kernel = session.Module.GetKernel("scale_matrix<float>");
        var stream = session.Device.DefaultStream;
        Allocations.RequireNone(session.Device, () => stream.Launch(kernel, new LaunchConfig(new Dim3(1, 2), 32), turned.AsKernelView(), x.AsKernelView().AsReadOnly(), 2f));
        Assert.Equal([0f, 6f, 2f, 8f, 4f, 10f], y.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public unsafe void StreamsAreOrderedByViewsAsByTensors(int seed)
    {
        using var session = new Session(seed);
        using var other = session.Device.CreateStream();
        using var x = session.Device.CreateZeros<float>([2, 3]);
        using var y = session.Device.CreateZeros<float>([3, 2], other);
        using var turned = x.TransposeView();
        var kernel = session.Module.GetKernel("scale_matrix<float>");
        x.Fill(0);
        session.Device.Synchronize();

        // Everything is given before anything runs; the seed then chooses between the streams wherever no wait does.
        using var gate = new HostGate();
        Assert.Equal(CUresult.CUDA_SUCCESS, session.Device.Driver.cuLaunchHostFunc(session.Device.DefaultStream.Handle, HostGate.Function, gate.UserData));
        for (var i = 1; i <= 5; i++)
        {
            // Written on one stream, read on the other; written there through a view, read on the first.
            x.Fill(i);
            other.Launch(kernel, new LaunchConfig(new Dim3(1, 3), 32), y.AsKernelView(), turned.AsKernelView().AsReadOnly(), 10f);
            using var back = y.TransposeView();
            session.Device.DefaultStream.Launch(kernel, new LaunchConfig(new Dim3(1, 2), 32), x.AsKernelView(), back.AsKernelView().AsReadOnly(), 2f);
        }

        gate.Open();
        Assert.All(x.ToArray(), value => Assert.Equal(100f, value));
        Assert.All(y.ToArray(), value => Assert.Equal(50f, value));
    }

    [Fact]
    public void ADisposedTensorIsRefusedAndOneDisposedInUseIsNot()
    {
        using var session = new Session();
        using var y = session.Device.CreateZeros<float>([3, 2]);
        var x = session.Device.CreateTensor<float>(Iota(6), [2, 3]);
        var turned = x.TransposeView();
        var view = turned.AsKernelView();
        turned.Dispose();
        Assert.Throws<ObjectDisposedException>(() => turned.AsKernelView());
        Assert.Throws<ObjectDisposedException>(() => session.Launch("copy_flat<float>", LaunchConfig.Cover(6), y, view));
        var last = x.AsKernelView();
        session.Launch("copy_flat<float>", LaunchConfig.Cover(6), y, last);
        x.Dispose();
        Assert.Equal(Iota(6), y.ToArray());
        Assert.Throws<ObjectDisposedException>(() => session.Launch("copy_flat<float>", LaunchConfig.Cover(6), y, last));
        Assert.Single(session.Device.CreateLeakReport().Allocations);
    }

    [Fact]
    public void WrongViewsAreRefused()
    {
        using var session = new Session();
        using var cpu = new CpuDevice();
        using var foreign = cpu.CreateTensor<float>(Iota(6), [2, 3]);
        using var x = session.Device.CreateTensor<float>(Iota(6), [2, 3]);
        using var y = session.Device.CreateZeros<float>([6]);
        var strange = Assert.Throws<ArgumentException>(() => session.Launch("copy_flat<float>", LaunchConfig.Cover(6), y, foreign.AsKernelView()));
        Assert.Contains("cpu", strange.Message);
        Assert.Contains("AsKernelView", Assert.Throws<ArgumentException>(() => session.Launch("copy_flat<float>", LaunchConfig.Cover(6), y, default(KernelView<float>))).Message);
        Assert.Contains("144-byte struct", Assert.Throws<ArgumentException>(() => session.Launch("copy_flat<float>", LaunchConfig.Cover(6), y.AsKernelView(), x.AsKernelView())).Message);
        Assert.Contains("144 bytes", Assert.Throws<ArgumentException>(() => session.Launch("copy_flat<float>", LaunchConfig.Cover(6), y, x)).Message);
        Assert.Equal(Iota(6), session.Flat(x));
    }

    [Fact]
    public void AGraphKeepsTheTensorOfAView()
    {
        using var session = new Session();
        using var y = session.Device.CreateZeros<float>([6]);
        var x = session.Device.CreateTensor<float>(Iota(6), [2, 3]);
        var turned = x.TransposeView();
        Assert.Equal(turned.ToArray(), session.Flat(turned));
        session.Device.Synchronize();
        using var graph = session.Device.DefaultStream.Capture(_ => session.Launch("copy_flat<float>", LaunchConfig.Cover(6), y, turned.AsKernelView()));
        using var instance = graph.Instantiate();
        turned.Dispose();
        x.Dispose();
        instance.Launch();
        Assert.Equal([0f, 3f, 1f, 4f, 2f, 5f], y.ToArray());
    }

    /// <summary>A software device with the kernels above, which must end without reports.</summary>
    private sealed class Session : IDisposable
    {
        private readonly EmulatedDevice _emulated;

        public Session(int seed = 0)
        {
            var found = EmulatedDevice.IsSupported(out var reason);
            Assert.False(!found && Environment.GetEnvironmentVariable("CI") == "true", reason);
            Assert.SkipUnless(found, reason);
            _emulated = EmulatedDevice.Open(new EmulationOptions { Seed = seed });
            Module = Device.Compile(KernelSource.FromString("views.cu", Source), s_options);
        }

        public CudaDevice Device => _emulated.Device;

        public CudaModule Module { get; }

        public void Launch(string kernel, LaunchConfig config, params ReadOnlySpan<KernelArgument> arguments) =>
            Device.DefaultStream.Launch(Module.GetKernel(kernel), config, arguments);

        /// <summary>What a kernel reads through a view, in row-major order.</summary>
        public float[] Flat(DeviceTensor<float> x)
        {
            using var y = Device.CreateZeros<float>([x.FlattenedLength]);
            Launch("copy_flat<float>", LaunchConfig.Cover(x.FlattenedLength), y, x.AsKernelView());
            return y.ToArray();
        }

        public void Dispose()
        {
            Module.Dispose();
            _emulated.Dispose();
            Assert.Empty(_emulated.Reports);
        }
    }
}
