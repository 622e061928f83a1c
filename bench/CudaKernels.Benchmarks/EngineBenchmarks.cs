using BenchmarkDotNet.Attributes;

namespace CudaKernels.Benchmarks;

/// <summary>What the software CUDA device costs on one core: an access in the checking mode, a hand-over between threads, arithmetic without checks.</summary>
public class EngineBenchmarks
{
    private const int Threads = 256;
    private const int Rounds = 200;
    private const int ReadsPerRound = 14;
    private const int Side = 256;

    /// <summary>Each thread writes its word, and reads those of fourteen others after a barrier.</summary>
    private const string Source = """
        extern "C" __global__ void share(float* y, int rounds) {
          __shared__ float words[256];
          const int t = threadIdx.x;
          float sum = 0;
          for (int round = 0; round < rounds; ++round) {
            words[t] = sum + (float)round;
            __syncthreads();
            for (int k = 1; k <= 14; ++k) sum += words[(t + k * 5) & 255];
            __syncthreads();
          }
          y[t] = sum;
        }
        extern "C" __global__ void meet(float* y, int rounds) {
          for (int round = 0; round < rounds; ++round) __syncthreads();
          y[threadIdx.x] = (float)rounds;
        }
        """;

    private readonly List<IDisposable> _open = [];
    private EmulatedDevice? _checking, _fast;
    private CudaKernel? _share, _meet;
    private DeviceBuffer<float>? _checkedResult, _result;
    private DeviceTensor<float>? _a, _b, _c;

    [GlobalSetup]
    public void Open()
    {
        _checking = Keep(EmulatedDevice.Open(new EmulationOptions { Sanitize = true, WorkerThreads = 1 }));
        _fast = Keep(EmulatedDevice.Open(new EmulationOptions { WorkerThreads = 1 }));
        var options = new CompileOptions { Kernels = ["share", "meet"] };
        _share = Keep(_checking.Device.Compile(KernelSource.FromString("engine.cu", Source), options)).GetKernel("share");
        _meet = Keep(_fast.Device.Compile(KernelSource.FromString("engine.cu", Source), options)).GetKernel("meet");
        _checkedResult = Keep(_checking.Device.CreateBuffer<float>(Threads));
        _result = Keep(_fast.Device.CreateBuffer<float>(Threads));
        var random = new Random(1);
        var values = Enumerable.Range(0, Side * Side).Select(_ => random.NextSingle() - 0.5f).ToArray();
        _a = Keep(_fast.Device.CreateTensor<float>(values, [Side, Side]));
        _b = Keep(_fast.Device.CreateTensor<float>(values, [Side, Side]));
        _c = Keep(_fast.Device.CreateUninitializedTensor<float>([Side, Side]));
        CheckedSharedAccess();
        const long expected = (long)Threads * Rounds * (ReadsPerRound + 1);
        if (_checking.CheckedAccesses is < expected or > expected + Threads || _checking.Reports.Count > 0)
        {
            throw new InvalidOperationException($"{_checking.CheckedAccesses} accesses were checked, {expected} expected; {_checking.Reports.Count} reports");
        }
    }

    [GlobalCleanup]
    public void Close()
    {
        _open.Reverse();
        _open.ForEach(one => one.Dispose());
    }

    /// <summary>One checked access of four bytes to shared memory, the two barriers of fifteen accesses included.</summary>
    [Benchmark(OperationsPerInvoke = Threads * Rounds * (ReadsPerRound + 1))]
    public void CheckedSharedAccess() => Run(_checking!, _share!, _checkedResult!, Rounds);

    /// <summary>One thread that waits in <c>__syncthreads</c> and hands over to the next.</summary>
    [Benchmark(OperationsPerInvoke = Threads * 16 * Rounds)]
    public void BarrierSwitch() => Run(_fast!, _meet!, _result!, 16 * Rounds);

    /// <summary>One multiply-add, counted as two operations, of the register-tiled product.</summary>
    [Benchmark(OperationsPerInvoke = 2 * Side * Side * Side)]
    public void FloatingPointOperation()
    {
        _a!.MatMul(_b!, _c!, algorithm: MatMulAlgorithm.Simt);
        _fast!.Device.Synchronize();
    }

    private static void Run(EmulatedDevice device, CudaKernel kernel, DeviceBuffer<float> result, int rounds)
    {
        device.Device.DefaultStream.Launch(kernel, new LaunchConfig(1, Threads), result, rounds);
        device.Device.Synchronize();
    }

    private T Keep<T>(T one) where T : IDisposable
    {
        _open.Add(one);
        return one;
    }
}
