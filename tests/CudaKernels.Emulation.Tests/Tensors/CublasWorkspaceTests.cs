using CudaKernels.Interop;

namespace CudaKernels.Tests;

/// <summary>The memory that cuBLAS works in, beside streams and graphs that outlive each other.</summary>
public sealed class CublasWorkspaceTests
{
    [Fact]
    public void AGraphKeepsTheWorkspaceOfTheStreamThatItWasRecordedFrom()
    {
        using var emulated = EmulatedDevice.Open();
        var device = emulated.Device;
        var before = Live(device);
        CudaGraph graph;
        using (var stream = device.CreateStream())
        {
            using var a = device.CreateTensor(new float[64], [8, 8], stream);
            using var c = device.CreateUninitializedTensor<float>([8, 8], stream);
            a.MatMul(a, c, algorithm: MatMulAlgorithm.Cublas);
            stream.Synchronize();
            graph = stream.Capture(_ => a.MatMul(a, c, algorithm: MatMulAlgorithm.Cublas));
        }

        var tensors = 2UL * 64 * sizeof(float);
        Assert.True(Live(device) - before > tensors);
        graph.Dispose();
        Assert.Equal(before, Live(device));
        Assert.Empty(emulated.Reports);
    }

    [Fact]
    public void TwoGraphsOfOneStreamTakeTurnsAtItsWorkspace()
    {
        using var emulated = EmulatedDevice.Open();
        var device = emulated.Device;
        using var side = device.CreateStream();
        using var first = new Product(device);
        using var second = new Product(device);
        second.Recorded.Launch(side);
        emulated.InjectError("cuStreamWaitEvent", CUresult.CUDA_ERROR_INVALID_VALUE);
        Assert.Throws<CudaException>(() => first.Recorded.Launch()); // which would have waited for the other
    }

    [Fact]
    public void TheWorkspaceIsNoLeak()
    {
        using var emulated = EmulatedDevice.Open();
        using (new Product(emulated.Device))
        {
        }

        Assert.Empty(emulated.Device.CreateLeakReport().Allocations);
    }

    private static ulong Live(CudaDevice device) => device.GetMemoryFigures().LiveBytes;

    private sealed class Product : IDisposable
    {
        private readonly DeviceTensor<float> _a;
        private readonly DeviceTensor<float> _c;

        public Product(CudaDevice device)
        {
            _a = device.CreateTensor(new float[64], [8, 8]);
            _c = device.CreateUninitializedTensor<float>([8, 8]);
            _a.MatMul(_a, _c, algorithm: MatMulAlgorithm.Cublas);
            device.Synchronize();
            using var graph = device.DefaultStream.Capture(_ => _a.MatMul(_a, _c, algorithm: MatMulAlgorithm.Cublas));
            Recorded = graph.Instantiate();
        }

        public CudaGraphExec Recorded { get; }

        public void Dispose()
        {
            Recorded.Dispose();
            _a.Dispose();
            _c.Dispose();
        }
    }
}
