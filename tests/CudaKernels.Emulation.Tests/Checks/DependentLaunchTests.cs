namespace CudaKernels.Tests.Checks;

/// <summary>Programmatic dependent launch: what a kernel that may still run has accessed is not touched before griddepcontrol.wait.</summary>
public sealed class DependentLaunchTests
{
    private const int Length = 200;

    private static readonly KernelSource s_source = KernelSource.FromString("dependent.cu", """
        #include "common/ptx/fence.cuh"
        __device__ __forceinline__ int place() { return blockIdx.x * blockDim.x + threadIdx.x; }
        extern "C" __global__ void fill(int* y, const int*, int n) {
          ptx::grid_dependency_launch();
          if (place() < n) y[place()] = 3;
        }
        extern "C" __global__ void fill_bytes(char* y, const int*, int n) {
          if (place() < n) y[place()] = 3;
        }
        extern "C" __global__ void all_wait(int* z, const int* y, int n) {
          ptx::grid_dependency_wait();
          if (place() < n) z[place()] = y[place()];
        }
        extern "C" __global__ void one_waits(int* z, const int* y, int n) {
          if (threadIdx.x == 0) ptx::grid_dependency_wait();
          __syncthreads();
          if (place() < n) z[place()] = y[place()];
        }
        extern "C" __global__ void one_waits_alone(int* z, const int* y, int n) {
          if (threadIdx.x == 0) ptx::grid_dependency_wait();
          if (place() < n) z[place()] = y[place()];
        }
        extern "C" __global__ void none_waits(int* z, const int* y, int n) {
          if (place() < n) z[place()] = y[place()];
        }
        extern "C" __global__ void late(int* y, const int*, int n) {
          if (place() < n) y[place()] = 4;
          ptx::grid_dependency_wait();
        }
        extern "C" __global__ void lets_then_waits(int* z, const int*, int n) {
          ptx::grid_dependency_launch();
          ptx::grid_dependency_wait();
          if (place() < n) z[place()] = 5;
        }
        extern "C" __global__ void waits_then_lets(int* z, const int*, int n) {
          ptx::grid_dependency_wait();
          ptx::grid_dependency_launch();
          if (place() < n) z[place()] = 5;
        }
        extern "C" __global__ void waits_by_the_runtime(int* z, const int* y, int n) {
          cudaTriggerProgrammaticLaunchCompletion();
          cudaGridDependencySynchronize();
          if (place() < n) z[place()] = y[place()];
        }
        extern "C" __global__ void nothing(int*, const int*, int) {}
        """);

    [Theory]
    [InlineData("all_wait", null)]
    [InlineData("waits_by_the_runtime", null)]
    [InlineData("one_waits", null)]
    [InlineData("one_waits_alone", "a read")]
    [InlineData("none_waits", "a read")]
    public void AReadOfWhatTheKernelBeforeWrites(string second, string? found) => Check(run =>
    {
        run.Launch("fill", run.Y, run.X, dependent: false);
        run.Launch(second, run.Z, run.Y);
    }, found);

    [Fact]
    public void ElementsSmallerThanAWord() => Check(run =>
    {
        run.Launch("fill_bytes", run.Y, run.X, dependent: false);
        run.Launch("none_waits", run.Z, run.Y, elements: Length / 4);
    }, "a read");

    [Fact]
    public void AWriteOverWhatTheKernelBeforeReads() => Check(run =>
    {
        run.Launch("none_waits", run.Z, run.X, dependent: false);
        run.Launch("late", run.X, run.Y);
    }, "a write of global memory, and a read");

    [Fact]
    public void AWriteOverWhatTheKernelBeforeWrites() => Check(run =>
    {
        run.Launch("fill", run.Y, run.X, dependent: false);
        run.Launch("late", run.Y, run.X);
    }, "a write of global memory, and a write");

    [Fact]
    public void AnOrdinaryLaunchWaitsByItself() => Check(run =>
    {
        run.Launch("fill", run.Y, run.X, dependent: false);
        run.Launch("none_waits", run.Z, run.Y, dependent: false);
    }, null);

    [Fact]
    public void WhatStandsBetweenIsWaitedFor() => Check(run =>
    {
        run.Launch("fill", run.Y, run.X, dependent: false);
        Assert.Equal(0, run.X.ToArray()[0]);
        run.Launch("none_waits", run.Z, run.Y);
    }, null);

    // The kernel between them may be over before the first one is, unless it waits for that before it lets the next begin.
    [Theory]
    [InlineData("nothing", "a read")]
    [InlineData("lets_then_waits", "a read")]
    [InlineData("waits_then_lets", null)]
    [InlineData("all_wait", null)]
    public void TheKernelBeforeTheOneBefore(string between, string? found) => Check(run =>
    {
        run.Launch("fill", run.Y, run.X, dependent: false);
        run.Launch(between, run.W, run.Y);
        run.Launch("none_waits", run.Z, run.Y);
    }, found);

    private static void Check(Action<Kernels> launches, string? found)
    {
        Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true });
        using (var run = new Kernels(emulated.Device))
        {
            launches(run);
            emulated.Device.Synchronize();
        }

        var reports = emulated.Reports.Where(report => report.Rule != EmulationReport.NoteRule).ToList();
        if (found is null)
        {
            Assert.Empty(reports);
            return;
        }

        var race = Assert.Single(reports);
        Assert.Equal("race", race.Rule);
        Assert.StartsWith(found, race.Message, StringComparison.Ordinal);
        Assert.Contains("griddepcontrol.wait", race.Message, StringComparison.Ordinal);
        Assert.True(race.Line > 0);
    }

    private sealed class Kernels(CudaDevice device) : IDisposable
    {
        private readonly CudaModule _module = device.Compile(s_source);

        public DeviceTensor<int> W { get; } = device.CreateZeros<int>([Length]);

        public DeviceTensor<int> X { get; } = device.CreateZeros<int>([Length]);

        public DeviceTensor<int> Y { get; } = device.CreateZeros<int>([Length]);

        public DeviceTensor<int> Z { get; } = device.CreateZeros<int>([Length]);

        public void Launch(string kernel, DeviceTensor<int> to, DeviceTensor<int> from, bool dependent = true, int elements = Length) =>
            device.DefaultStream.Launch(_module.GetKernel(kernel), new LaunchConfig(4, 64) with { ProgrammaticDependent = dependent }, to.Output, from.Input, elements);

        public void Dispose()
        {
            W.Dispose();
            X.Dispose();
            Y.Dispose();
            Z.Dispose();
            _module.Dispose();
        }
    }
}
