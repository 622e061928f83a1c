namespace CudaKernels.Tests;

/// <summary>Division by a product and a shift: at the multiples of the divisor and beside them, and at the ends of the range.</summary>
public sealed class DivisorTests
{
    private static readonly KernelSource s_source = KernelSource.FromString("divide.cu", """
        #include "common/divisor.cuh"
        extern "C" __global__ void divide(u32* quotients, const u32* numbers, i32 count, u32 divisor) {
          const i32 i = blockIdx.x * blockDim.x + threadIdx.x;
          if (i < count) quotients[i] = Divisor(divisor).quotient(numbers[i]);
        }
        """);

    [Fact]
    public void QuotientsAreExact()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true });
        using var module = emulated.Device.Compile(s_source, new CompileOptions { Kernels = ["divide"] });
        var divide = module.GetKernel("divide");
        uint[] divisors = [1, 2, 3, 5, 7, 8, 24, 641, 65_535, 65_536, 65_537, 715_827_883, 0x3FFFFFFF, 0x40000000, 0x40000001, 0x7FFFFFFE, 0x7FFFFFFF];
        foreach (var divisor in divisors)
        {
            var last = int.MaxValue / divisor * divisor;
            uint[] numbers = [.. new uint[] { 0, 1, divisor - 1, divisor, divisor + 1, (2 * divisor) - 1, 2 * divisor, last / 2, last - 1, last, int.MaxValue - 1, int.MaxValue }.Where(number => number <= int.MaxValue)];
            using var x = emulated.Device.CreateBuffer<uint>(numbers);
            using var y = emulated.Device.CreateBuffer<uint>(numbers.Length);
            emulated.Device.DefaultStream.Launch(divide, LaunchConfig.Cover(numbers.Length, blockSize: 32), y, x, numbers.Length, divisor);
            Assert.Equal(numbers.Select(number => number / divisor), y.ToArray());
        }

        Assert.Empty(emulated.Reports);
    }
}
