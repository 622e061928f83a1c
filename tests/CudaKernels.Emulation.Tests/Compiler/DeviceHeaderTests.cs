namespace CudaKernels.Tests;

/// <summary>Functions of CUDA C++ that a host compiler lacks or knows under other rules.</summary>
public sealed class DeviceHeaderTests
{
    [Fact]
    public void MinimumAndMaximumOfMixedTypesConvertAsInCuda()
    {
        using var run = new EngineRun("""
            extern "C" __global__ void mixed(unsigned long long* y, int minus, unsigned two) {
              y[0] = min(minus, two);                       // compared as unsigned
              y[1] = (unsigned long long)max((long long)minus, two);
              y[2] = sizeof(max((short)1, (short)2));
              y[3] = (unsigned long long)max(__int_as_float(0x7fc00000), 2);  // the number, not the NaN
            }
            """);
        var y = run.Buffer(new ulong[4]);
        Assert.Null(run.Launch("mixed", new Dim3(1), new Dim3(1), [y, unchecked((uint)-1), 2]).Fault);
        Assert.Equal([2ul, 2, 4, 2], EngineRun.Read<ulong>(y, 4));
    }

    [Fact]
    public void ConversionsSaturateAndMapNaNAsTheHardwareDoes()
    {
        using var run = new EngineRun("""
            extern "C" __global__ void convert(long long* y, double big, double nan) {
              y[0] = __double2int_rn(big);
              y[1] = __double2int_rz(nan);
              y[2] = __float2int_rn((float)nan);
              y[3] = __float2ll_rn((float)nan);
              y[4] = (long long)__double2ull_rn(-big);
              y[5] = __double2int_rn(2.5);
              y[6] = __hiloint2double(__double2hiint(big), __double2loint(big)) == big;
              y[7] = __hadd(-3, 0) * 100 + __rhadd(-3, 0);
              y[8] = __funnelshift_lc(1, 7, 40) * 10 + __funnelshift_l(1, 7, 32);
              y[9] = (long long)__mul64hi(-1, 5);
            }
            """);
        var y = run.Buffer(new long[10]);
        var arguments = new ulong[] { y, BitConverter.DoubleToUInt64Bits(1e300), BitConverter.DoubleToUInt64Bits(double.NaN) };
        Assert.Null(run.Launch("convert", new Dim3(1), new Dim3(1), arguments).Fault);
        Assert.Equal([int.MaxValue, int.MinValue, 0, long.MinValue, 0, 2, 1, -201, 17, -1], EngineRun.Read<long>(y, 10));
    }

    [Fact]
    public void CompareAndSwapOfEveryScopeCounts()
    {
        using var run = new EngineRun("""
            extern "C" __global__ void count(int* y) {
              int seen = *y;
              for (;;) {
                const int before = threadIdx.x % 2 ? atomicCAS_block(y, seen, seen + 1) : atomicCAS_system(y, seen, seen + 1);
                if (before == seen) break;
                seen = before;
              }
              if (clock() == 0) *y = -1;
            }
            """);
        var y = run.Buffer(0);
        Assert.Null(run.Launch("count", new Dim3(5), new Dim3(40), [y]).Fault);
        Assert.Equal(200, EngineRun.Read<int>(y, 1)[0]);
    }
}
