using System.Diagnostics;
using CudaKernels.Emulation;

namespace CudaKernels.Tests;

public sealed class EngineTests
{
    // A handler of signals that found its variables through a table of the C library would, where modules were loaded in between, grow
    // it by malloc; the thread that the signal met may hold malloc's lock, and then waits for itself.
    [Fact]
    public void HandlersOfSignalsFindTheirVariablesWithoutMalloc()
    {
        Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
        using var process = Process.Start(new ProcessStartInfo("readelf", ["-drW", NativeRuntime.Instance.Folder.Library]) { RedirectStandardOutput = true })!;
        var elf = process.StandardOutput.ReadToEnd();
        // The library has such variables, and none is reached by that table or by a descriptor that may lead there.
        Assert.Contains("STATIC_TLS", elf, StringComparison.Ordinal);
        Assert.DoesNotMatch("DTPMOD|TLSDESC", elf);
    }

    [Theory]
    [InlineData(0UL, false)]
    [InlineData(0UL, true)]
    [InlineData(7UL, false)]
    public void BlocksReduceThroughSharedMemoryBarriersAndShuffles(ulong seed, bool reversed)
    {
        using var run = new EngineRun("""
            template <class T> __global__ void __launch_bounds__(256) sum(T* y, const T* x, int n) {
              __shared__ T part[8];
              T v = 0;
              for (int i = threadIdx.x; i < n; i += blockDim.x) v += x[blockIdx.x * n + i];
              for (int d = 16; d > 0; d /= 2) v += __shfl_xor_sync(0xffffffffu, v, d);
              if (threadIdx.x % 32 == 0) part[threadIdx.x / 32] = v;
              __syncthreads();
              if (threadIdx.x == 0) {
                T all = 0;
                for (int w = 0; w < blockDim.x / 32; ++w) all += part[w];
                y[blockIdx.x] = all;
              }
            }
            """, "sum<int>", "sum<double>");
        var x = run.Buffer(Enumerable.Range(0, 3 * 1000).ToArray());
        var y = run.Buffer(new int[3]);

        var result = run.Launch("sum<int>", new Dim3(3), new Dim3(256), [y, x, 1000], seed: seed, reversed: reversed);

        Assert.Null(result.Fault);
        Assert.Equal([499_500, 1_499_500, 2_499_500], EngineRun.Read<int>(y, 3));
        Assert.Equal(256, run.Kernel("sum<int>").MaxThreadsPerBlock);
        Assert.Equal("_Z3sumIiEvPT_PKS0_i", run.Kernel("sum<int>").Name);
        Assert.Equal(
            [new SoftwareParameter(0, 8, SoftwareParameterKind.Pointer), new(8, 8, SoftwareParameterKind.ConstPointer), new(16, 4, SoftwareParameterKind.SignedInteger)],
            run.Kernel("sum<double>").Parameters);
    }

    [Fact]
    public void DynamicSharedMemoryHasBothSpellings()
    {
        using var run = new EngineRun("""
            extern __shared__ int everywhere[];
            extern "C" __global__ void at_namespace_scope(int* y) { everywhere[threadIdx.x] = threadIdx.x; __syncthreads(); y[threadIdx.x] = everywhere[blockDim.x - 1 - threadIdx.x]; }
            extern "C" __global__ void in_a_function(int* y) {
              extern __shared__ __align__(16) unsigned char raw[];
              int* s = reinterpret_cast<int*>(raw);
              s[threadIdx.x] = 2 * threadIdx.x;
              __syncthreads();
              y[threadIdx.x] = s[blockDim.x - 1 - threadIdx.x];
            }
            """);
        var y = run.Buffer(new int[64]);
        Assert.Null(run.Launch("at_namespace_scope", new Dim3(1), new Dim3(64), [y], shared: 256).Fault);
        Assert.Equal(Enumerable.Range(0, 64).Reverse(), EngineRun.Read<int>(y, 64));
        Assert.Null(run.Launch("in_a_function", new Dim3(1), new Dim3(64), [y], shared: 256).Fault);
        Assert.Equal(Enumerable.Range(0, 64).Reverse().Select(i => 2 * i), EngineRun.Read<int>(y, 64));
    }

    [Fact]
    public void AtomicsVotesAndPrintfWork()
    {
        using var run = new EngineRun("""
            extern "C" __global__ void count(unsigned* y, float* f) {
              atomicAdd(y, 1u);
              atomicAdd(f, 0.5f);
              atomicMax(y + 1, blockIdx.x * blockDim.x + threadIdx.x);
              unsigned even = __ballot_sync(0xffffffffu, threadIdx.x % 2 == 0);
              if (threadIdx.x == 0 && blockIdx.x == 0) printf("even lanes 0x%08x\n", even);
            }
            """);
        var y = run.Buffer(0u, 0u);
        var f = run.Buffer(0f);
        var result = run.Launch("count", new Dim3(10), new Dim3(96), [y, f]);
        Assert.Null(result.Fault);
        Assert.Equal("even lanes 0x55555555\n", result.Output);
        Assert.Equal([960u, 959u], EngineRun.Read<uint>(y, 2));
        Assert.Equal(480f, EngineRun.Read<float>(f, 1)[0]);
    }

    [Fact]
    public void ThreadsThatExitLeaveTheBarrierToTheOthers()
    {
        using var run = new EngineRun("""
            extern "C" __global__ void leave(int* y) {
              if (threadIdx.x >= 32) return;
              __syncthreads();
              y[threadIdx.x] = __syncthreads_count(threadIdx.x % 4 == 0);
            }
            """);
        var y = run.Buffer(new int[32]);
        Assert.Null(run.Launch("leave", new Dim3(1), new Dim3(128), [y]).Fault);
        Assert.All(EngineRun.Read<int>(y, 32), value => Assert.Equal(8, value));
    }

    [Fact]
    public void ACooperativeGridWaitsForAllItsBlocks()
    {
        using var run = new EngineRun("""
            #include <cooperative_groups.h>
            extern "C" __global__ void relay(int* x, int* y) {
              cooperative_groups::grid_group grid = cooperative_groups::this_grid();
              x[grid.thread_rank()] = (int)grid.thread_rank();
              grid.sync();
              y[grid.thread_rank()] = x[grid.size() - 1 - grid.thread_rank()];
            }
            """);
        var x = run.Buffer(new int[4 * 64]);
        var y = run.Buffer(new int[4 * 64]);
        Assert.Null(run.Launch("relay", new Dim3(4), new Dim3(64), [x, y], cooperative: true).Fault);
        Assert.Equal(Enumerable.Range(0, 256).Reverse(), EngineRun.Read<int>(y, 256));
        Assert.Equal("sync-misuse", run.Launch("relay", new Dim3(4), new Dim3(64), [x, y]).Fault?.Rule);
    }

    [Theory]
    [InlineData("*(int*)16 = 1;", "out-of-bounds")]
    [InlineData("*(volatile int*)8 = 1;", "out-of-bounds")]
    [InlineData("*p = deep(100000);", "fault")]
    [InlineData("volatile char big[160 * 1024]; for (int i = 0; i < sizeof big; ++i) big[i] = i; *p = big[7];", "fault")]
    [InlineData("*p = 5 / p[1];", "fault")]
    [InlineData("__builtin_trap();", "fault")]
    [InlineData("assert(p == nullptr);", "assert")]
    [InlineData("if (threadIdx.x < 16) __syncthreads(); else __syncwarp();", "deadlock")]
    [InlineData("if (threadIdx.x == 0) __shfl_sync(0x2u, 1, 0);", "sync-misuse")]
    [InlineData("for (volatile int i = 0;; ++i) { }", "hang")]
    public void FaultsInKernelsBecomeReportsAndTheProcessGoesOn(string body, string rule)
    {
        using var run = new EngineRun($$"""
            __device__ __noinline__ int deep(int n) { volatile char a[1000]; a[n % 1000] = n; return n == 0 ? 0 : deep(n - 1) + a[0]; }
            extern "C" __global__ void broken(int* p) { {{body}} }
            extern "C" __global__ void sound(int* p) { p[threadIdx.x] = 3; }
            """);
        var p = run.Buffer(new int[64]);
        var fault = run.Launch("broken", new Dim3(2), new Dim3(64), [p]).Fault;
        Assert.NotNull(fault);
        Assert.Equal(rule, fault.Rule);
        Assert.Equal("broken", fault.Kernel);
        Assert.Null(run.Launch("sound", new Dim3(1), new Dim3(64), [p]).Fault);
        Assert.Equal(3, EngineRun.Read<int>(p, 64)[63]);
        Assert.Throws<NullReferenceException>(() => ((string)null!).Length);
    }

    [Fact]
    public void ManyThreadsMayLaunchAtOnce()
    {
        using var run = new EngineRun("""
            extern "C" __global__ void fill(int* p, int value) {
              __shared__ int shared[32];
              shared[threadIdx.x] = value;
              __syncthreads();
              p[blockIdx.x * 32 + threadIdx.x] = shared[31 - threadIdx.x];
            }
            """);
        var buffers = Enumerable.Range(0, 8).Select(_ => run.Buffer(new int[640])).ToArray();
        Parallel.For(0, 8, i =>
        {
            for (var round = 0; round < 20; round++)
            {
                Assert.Null(run.Launch("fill", new Dim3(20), new Dim3(32), [buffers[i], (ulong)((i * 100) + round)]).Fault);
                Assert.All(EngineRun.Read<int>(buffers[i], 640), value => Assert.Equal((i * 100) + round, value));
            }
        });
    }

    [Fact]
    public void ModuleVariablesBelongToEachLoad()
    {
        using var run = new EngineRun("""
            namespace state { __device__ int counter = 5; }
            __constant__ float table[3] = {1, 2, 3};
            extern "C" __global__ void bump(float* y) { atomicAdd(&state::counter, 1); *y = table[2] + state::counter; }
            """);
        var y = run.Buffer(0f);
        Assert.Null(run.Launch("bump", new Dim3(1), new Dim3(1), [y]).Fault);
        Assert.Equal(9f, EngineRun.Read<float>(y, 1)[0]);
        Assert.True(run.Module.TryGetGlobal("state::counter", out var address, out var size));
        Assert.Equal((nuint)4, size);
        Assert.Equal(6, EngineRun.Read<int>(address, 1)[0]);
        Assert.True(run.Module.TryGetGlobal("table", out _, out size));
        Assert.Equal((nuint)12, size);
    }

    [Fact]
    public void ErrorsNameTheUsersFileAndLine()
    {
        Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
        var broken = new SoftwareProgram("__global__ void f(int* p) {\n  *p = missing;\n}\n", "mine.cu", []).Compile([]);
        Assert.False(broken.Succeeded);
        Assert.Contains("mine.cu:2:", broken.Log);
        Assert.Contains("missing", broken.Log);

        var program = new SoftwareProgram("template <class T> __global__ void f(T* p) { *p = 0; }", "mine.cu", []);
        program.AddNameExpression("g<float>");
        var unknown = program.Compile([]);
        Assert.False(unknown.Succeeded);
        Assert.Contains("g<float>", unknown.Log);

        var option = new SoftwareProgram("", "mine.cu", []).Compile(["--no-such-option"]);
        Assert.False(option.Succeeded);
        Assert.Contains("--no-such-option", option.Log);
    }
}
