using static CudaKernels.Interop.CUresult;

namespace CudaKernels.Tests.Vocabulary;

/// <summary>Clusters from the launch, and from the kernel's own __cluster_dims__.</summary>
public sealed class ClusterLaunchTests
{
    private const string Source = """
        #include "common/ptx/cluster.cuh"
        #include <cooperative_groups.h>
        extern "C" __global__ void any(u32* out) {
          if (threadIdx.x == 0) out[blockIdx.x] = ptx::cluster_rank() * 10 + ptx::cluster_blocks();
        }
        extern "C" __global__ void __cluster_dims__(2, 1, 1) __launch_bounds__(64) pairs(u32* out) {
          if (threadIdx.x == 0) out[blockIdx.x] = ptx::cluster_rank() * 10 + ptx::cluster_blocks();
        }
        template <int N> __global__ void __cluster_dims__(4) fours(u32* out) {
          if (threadIdx.x == 0) out[blockIdx.x] = ptx::cluster_rank() * 10 + N;
        }
        extern "C" __global__ void whole_grid(u32* out) {
          __shared__ u32 mine;
          if (threadIdx.x == 0) mine = blockIdx.x;
          ptx::cluster_sync();
          u32 other;
          ptx::ld_cluster(other, ptx::map_shared(ptx::smem_u32(&mine), ptx::cluster_rank() ^ 1));
          if (threadIdx.x == 0) out[blockIdx.x] = other;
          ptx::cluster_sync();
          cooperative_groups::this_grid().sync();
          const u32 far = out[gridDim.x - 1 - blockIdx.x];
          cooperative_groups::this_grid().sync();
          if (threadIdx.x == 0) out[blockIdx.x] = far;
        }
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheLaunchOrTheKernelChooses(bool isChecked)
    {
        using var launches = new Launches(new EmulationOptions { Sanitize = isChecked, Seed = 3 });
        Assert.Equal([1u, 1, 1, 1], launches.Run("any", new LaunchConfig(4, 64)));
        Assert.Equal([4u, 14, 24, 34], launches.Run("any", new LaunchConfig(4, 64, Cluster: new Dim3(4))));
        Assert.Equal([2u, 12, 2, 12], launches.Run("pairs", new LaunchConfig(4, 64)));
        Assert.Equal([2u, 12, 2, 12], launches.Run("pairs", new LaunchConfig(4, 64, Cluster: new Dim3(2))));
        Assert.Equal([7u, 17, 27, 37], launches.Run("fours<7>", new LaunchConfig(4, 64)));
    }

    [Fact]
    public void ALaunchThatContradictsTheKernelIsRefused()
    {
        using var launches = new Launches(new EmulationOptions());
        Assert.Equal(CUDA_ERROR_INVALID_CLUSTER_SIZE, Assert.ThrowsAny<CudaException>(() => launches.Run("pairs", new LaunchConfig(4, 64, Cluster: new Dim3(4)))).Code);
        Assert.Equal(CUDA_ERROR_INVALID_VALUE, Assert.ThrowsAny<CudaException>(() => launches.Run("pairs", new LaunchConfig(3, 64))).Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ACooperativeGridOfClustersMeetsInBothBarriers(bool isChecked)
    {
        using var launches = new Launches(new EmulationOptions { Sanitize = isChecked });
        // Each block has its neighbour's number, and then that of the block at the other end.
        Assert.Equal([2u, 3, 0, 1], launches.Run("whole_grid", new LaunchConfig(4, 64, Cluster: new Dim3(2), Cooperative: true)));
    }

    // The address 0 is then the dynamic buffer's.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ABlockReadsTheDynamicMemoryOfAnotherThatHasNoStaticVariables(bool isChecked)
    {
        const string source = """
            #include "common/ptx/cluster.cuh"
            extern "C" __global__ void neighbour(u32* out) {
              extern __shared__ u32 mine[];
              if (threadIdx.x == 0) mine[0] = 10 + blockIdx.x;
              ptx::cluster_sync();
              u32 other;
              ptx::ld_cluster(other, ptx::map_shared(ptx::smem_u32(mine), ptx::cluster_rank() ^ 1));
              if (threadIdx.x == 0) out[blockIdx.x] = other;
              ptx::cluster_sync();
            }
            """;
        using var launches = new Launches(new EmulationOptions { Sanitize = isChecked }, source, "neighbour");
        Assert.Equal([11u, 10, 13, 12], launches.Run("neighbour", new LaunchConfig(4, 32, 16, Cluster: new Dim3(2))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void AGraphKeepsItsClusters(int seed)
    {
        using var launches = new Launches(new EmulationOptions { Seed = seed });
        Assert.Equal([4u, 14, 24, 34], launches.RunInGraph("any", new LaunchConfig(4, 64, Cluster: new Dim3(4))));
    }

    private sealed class Launches : IDisposable
    {
        private readonly EmulatedDevice _emulated;
        private readonly CudaModule _module;

        public Launches(EmulationOptions options)
            : this(options, Source, "any", "pairs", "fours<7>", "whole_grid")
        {
        }

        public Launches(EmulationOptions options, string source, params string[] kernels)
        {
            Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
            _emulated = EmulatedDevice.Open(options);
            _module = _emulated.Device.Compile(KernelSource.FromString("clusters.cu", source), new CompileOptions { Kernels = [.. kernels] });
        }

        public uint[] Run(string kernel, LaunchConfig launch)
        {
            using var output = _emulated.Device.CreateBuffer<uint>(4);
            _emulated.Device.DefaultStream.Launch(_module.GetKernel(kernel), launch, output);
            var words = output.ToArray();
            Assert.Empty(_emulated.Reports);
            return words;
        }

        public uint[] RunInGraph(string kernel, LaunchConfig launch)
        {
            using var output = _emulated.Device.CreateBuffer<uint>(4);
            using var stream = _emulated.Device.CreateStream();
            var loaded = _module.GetKernel(kernel);
            using var graph = stream.Capture(captured => captured.Launch(loaded, launch, output));
            using var executable = graph.Instantiate();
            executable.Launch(stream);
            stream.Synchronize();
            return output.ToArray();
        }

        public void Dispose()
        {
            _module.Dispose();
            _emulated.Dispose();
        }
    }
}
