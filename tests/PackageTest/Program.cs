// A consumer of the packed packages, published with NativeAOT: a managed operation, the same on the software device, a kernel of
// its own, and a layer.
using CudaKernels;
using CudaKernels.Networks;

var (passed, failed) = (0, 0);
void Check(string name, IEnumerable<float> got, params float[] expected)
{
    var values = got.ToArray();
    var right = values.Length == expected.Length && values.Zip(expected).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-5f);
    Console.WriteLine($"{(right ? "passed" : "FAILED")} {name}: {string.Join(' ', values.Take(4))}");
    _ = right ? passed++ : failed++;
}

float[] softmax = [0.09003057f, 0.24472848f, 0.66524094f];
using (var cpu = new CpuDevice())
{
    using var x = cpu.CreateTensor<float>([1, 2, 3], [3]);
    using var y = x.Softmax();
    Check("softmax, managed", y.ToArray(), softmax);
    using var dense = new Dense<float>(cpu, 3, 2, new Random(1));
    using var rows = x.Reshape(1, 3);
    Check("a dense layer's shape", [dense.Forward(rows).Lengths[1]], 2);
}

if (!EmulatedDevice.IsSupported(out var reason))
{
    Console.WriteLine($"skipped the software device: {reason}");
    failed += Environment.GetEnvironmentVariable("CI") == "true" ? 1 : 0;
}
else
{
    const int Count = 1000; // four blocks, the last one ragged
    var emulated = EmulatedDevice.Open();
    using (var device = emulated.Device)
    {
        using var x = device.CreateTensor<float>([1, 2, 3], [3]);
        using var y = x.Softmax();
        Check("softmax, software device", y.ToArray(), softmax);
        var source = KernelSource.FromString("saxpy.cu", """
            template <class T> __global__ void saxpy(T* y, const T* x, T a, int n) {
              int i = blockIdx.x * blockDim.x + threadIdx.x;
              if (i < n) y[i] += a * x[i];
            }
            """);
        using var module = device.Compile(source, new CompileOptions { Kernels = ["saxpy<float>"] });
        float[] numbers = [.. Enumerable.Range(0, Count).Select(i => (float)i)];
        using var input = device.CreateTensor<float>(numbers, [Count]);
        using var sum = device.CreateTensor<float>(numbers, [Count]);
        device.DefaultStream!.Launch(module.GetKernel("saxpy<float>"), LaunchConfig.Cover(Count), sum, input, 2f, Count);
        Check("a kernel of its own", sum.ToArray(), [.. numbers.Select(number => 3 * number)]);
    }

    Check("reports of the software device", [emulated.Reports.Count], 0);
}

Console.WriteLine($"package test: {passed} passed, {failed} failed");
return failed == 0 ? 0 : 1;
