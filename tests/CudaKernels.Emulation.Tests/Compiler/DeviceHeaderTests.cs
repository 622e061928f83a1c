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
    public void HalvesComeFromRawBits()
    {
        using var run = new EngineRun("""
            #include <cuda_fp8.h>
            extern "C" __global__ void sum(float* y) {
              __half total = __float2half(0.5f);
              total = total + __nv_cvt_fp8_to_halfraw(0x38, __NV_E4M3);
              total += __nv_cvt_fp8_to_halfraw(0x40, __NV_E4M3);
              y[0] = __half2float(total);
            }
            """);
        var y = run.Buffer(0);
        Assert.Null(run.Launch("sum", new Dim3(1), new Dim3(1), [y]).Fault);
        Assert.Equal([3.5f], EngineRun.Read<float>(y, 1));
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

    [Fact]
    public void DynamicSharedMemoryIsDeclaredInAnyWordOrder()
    {
        using var run = new EngineRun("""
            extern __shared__ int outer[];
            // extern __shared__ int comment[];
            extern "C" __global__ void words(int* y) {
              int extern __shared__ first[];
              extern int __shared__ second[];
              __shared__ extern int third[];
              extern __shared__ int rows[][4];
              outer[threadIdx.x] = threadIdx.x;
              __syncthreads();
              y[threadIdx.x] = first[threadIdx.x] * 1000 + second[threadIdx.x] * 100 + third[threadIdx.x] * 10 + rows[threadIdx.x / 4][threadIdx.x % 4];
            }
            """);
        var y = run.Buffer(new int[8]);
        Assert.Null(run.Launch("words", new Dim3(1), new Dim3(8), [y], shared: 32).Fault);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => 1111 * i), EngineRun.Read<int>(y, 8));
    }

    [Fact]
    public void EightBitFloatsRoundTripAndSaturate()
    {
        using var run = new EngineRun("""
            #include <cuda_fp8.h>
            extern "C" __global__ void codes(int* y, float* x) {
              int wrong = 0;
              for (int code = 0; code < 256; ++code) {
                __nv_fp8_e4m3 a;
                __nv_fp8_e5m2 b;
                a.__x = b.__x = (unsigned char)code;
                const float fa = float(a), fb = float(b);
                if (fa == fa && __nv_fp8_e4m3(fa).__x != code) ++wrong;
                if (fb == fb && __nv_cvt_float_to_fp8(fb, __NV_NOSAT, __NV_E5M2) != code) ++wrong;
              }
              y[0] = wrong;
              x[0] = float(__nv_fp8_e4m3(1e9f));
              x[1] = float(__nv_fp8_e5m2(-1e9f));
              x[2] = float(__nv_fp8_e4m3(17.0f));   // halfway between 16 and 18: to the even fraction
              x[3] = float(__nv_fp8_e4m3(0.0009765625f));  // half of the least subnormal: to zero
              x[4] = float(__nv_fp8_e5m2(1.125f));
              x[5] = float(__nv_fp8_e5m2(1.375f));
            }
            """);
        var (y, x) = (run.Buffer(new int[1]), run.Buffer(new float[6]));
        Assert.Null(run.Launch("codes", new Dim3(1), new Dim3(1), [y, x]).Fault);
        Assert.Equal(0, EngineRun.Read<int>(y, 1)[0]);
        Assert.Equal([448, -57344, 16, 0, 1, 1.5f], EngineRun.Read<float>(x, 6));
    }

    [Fact]
    public void RoundingHasADirectionAndTheHeapIsDeviceMemory()
    {
        using var run = new EngineRun("""
            struct Node { int value; Node* next; };
            extern "C" __global__ void heap(int* y, float one, float tiny) {
              Node* first = nullptr;
              for (int i = 0; i < 5; ++i) first = new Node{i, first};
              int sum = 0;
              while (first != nullptr) {
                Node* next = first->next;
                sum += first->value;
                delete first;
                first = next;
              }
              int* array = (int*)malloc(40);
              array[9] = sum;
              y[0] = array[9];
              free(array);
              y[1] = (__fadd_ru(one, tiny) > 1.0f) * 100 + (__fadd_rd(one, tiny) == 1.0f) * 10 + (__dsub_rd(1.0, 1e-30) < 1.0);
            }
            """);
        var y = run.Buffer(new int[2]);
        Assert.Null(run.Launch("heap", new Dim3(1), new Dim3(1), [y, BitConverter.SingleToUInt32Bits(1f), BitConverter.SingleToUInt32Bits(1e-20f)]).Fault);
        Assert.Equal([10, 111], EngineRun.Read<int>(y, 2));
    }

    [Fact]
    public void LaunchBoundsOfATemplateFollowItsParameters()
    {
        using var run = new EngineRun("""
            namespace tiles {
            constexpr int kLanes = 4;
            template <int Rows, int Columns = 8> __global__ void __launch_bounds__(Rows == 1 ? 32 : Rows * Columns / kLanes, 2) tiled(int* y) { y[0] = Rows; }
            }
            """, "tiles::tiled<64>", "tiles::tiled<1, 4>", "tiles::tiled<16, 16>");
        Assert.Equal([128, 32, 64], new[] { "tiles::tiled<64>", "tiles::tiled<1, 4>", "tiles::tiled<16, 16>" }.Select(name => run.Kernel(name).MaxThreadsPerBlock));
    }
}
