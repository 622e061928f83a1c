using BenchmarkDotNet.Attributes;

namespace CudaKernels.Benchmarks;

/// <summary>What a call costs when the tensors are small: the overhead of the typed layer on the managed device.</summary>
public class SmallOperationBenchmarks
{
    private CpuDevice? _device;
    private DeviceTensor<float>? _x, _y, _sum;

    [Params(1, 1024)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _device = new CpuDevice(new CpuDeviceOptions { Threads = 1 });
        var random = new Random(1);
        var data = new float[Length];
        foreach (ref var value in data.AsSpan())
        {
            value = random.NextSingle();
        }

        _x = _device.CreateTensor<float>(data, [Length]);
        _y = _device.CreateTensor<float>(data, [Length]);
        _sum = _device.CreateUninitializedTensor<float>([Length]);
    }

    [GlobalCleanup]
    public void Close()
    {
        _x?.Dispose();
        _y?.Dispose();
        _sum?.Dispose();
        _device?.Dispose();
    }

    [Benchmark]
    public void Add() => _x!.Add(_y!, _sum!);

    [Benchmark]
    public void Exp() => _x!.Exp(_sum!);

    [Benchmark]
    public void Softmax() => _x!.Softmax(_sum!, -1);
}
