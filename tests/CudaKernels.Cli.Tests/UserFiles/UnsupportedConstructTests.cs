namespace CudaKernels.Tests.UserFiles;

/// <summary>What the software device does not provide is one clear error with its line, unless only host code uses it.</summary>
public sealed class UnsupportedConstructTests : IDisposable
{
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("cudakernels-user-").FullName, "user.cu");

    [Theory]
    [InlineData("textures", "__global__ void k(float* o, cudaTextureObject_t t) { o[0] = tex2D<float>(t, 0, 0); }")]
    [InlineData("surfaces", "__global__ void k(float* o, cudaSurfaceObject_t s) { surf2Dread(o, s, 0, 0); }")]
    [InlineData("inline PTX of the instruction vset2.u32.u32.eq", "__global__ void k(unsigned* o) { asm volatile(\"vset2.u32.u32.eq %0, %1, 0, 0;\" : \"=r\"(o[0]) : \"r\"(o[1])); }")]
    [InlineData("dynamic parallelism", "__global__ void inner(float* o) { o[0] = 1; } __global__ void k(float* o) { inner<<<1, 1>>>(o); }")]
    [InlineData("libcu++", "__global__ void k(float* o) { cuda::std::array<float, 2> a; o[0] = a[0]; }", "#include <cuda/std/array>")]
    [InlineData("CUB", "__global__ void k(float* o) { typedef cub::BlockReduce<float, 32> R; }", "#include <cub/cub.cuh>")]
    [InlineData("Thrust", "__global__ void k(float* o) { thrust::sort(thrust::seq, o, o + 2); }", "#include <thrust/sort.h>")]
    [InlineData("cuRAND", "__global__ void k(float* o) { curandStateMRG32k3a_t s; o[0] = curand_uniform(&s); }")]
    [InlineData("runtime API", "__global__ void k(float* o) { cudaMalloc(&o, 4); }")]
    public void IsNamedWithItsLine(string what, string kernel, string include = "")
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), $"the software device needs a C++ compiler: {reason}");
        File.WriteAllText(_path, $"{include}\n\n{kernel}\n");
        var run = ToolRun.Of("run", _path, "k", "--grid", "1", "--block", "1", "--sanitize", "inout:f32[4]=ones");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(what, run.Error);
        Assert.Contains("the software CUDA device does not provide", run.Error);
        Assert.Contains(include.Length > 0 ? "user.cu:1" : "user.cu:3", run.Error.Replace('(', ':'));
        Assert.DoesNotContain("was not declared", run.Error);
    }

    [Fact]
    public void HostCodeMayUseAll()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), $"the software device needs a C++ compiler: {reason}");
        File.WriteAllText(_path, """
            #include <thrust/device_vector.h>
            #include <cub/cub.cuh>
            #include <curand.h>
            #include "helper_cuda.h"
            #include <vector>
            using namespace std;
            texture<float, 2> unused;
            static map<string, int> names;
            template <typename T> struct Holder { thrust::device_vector<T> data; cudaStream_t stream; void go(); };
            template <typename T> void Holder<T>::go() { asm volatile("" ::: "memory"); names["a"]++; }
            __global__ void k(float* o) { o[threadIdx.x] += 1; }
            #ifdef NEVER
            __global__ void not_there(float* o) { nothing(o); }
            __device__ int not_there_either;
            #endif
            class Task { cudaStream_t stream_; public: virtual void run(); };
            class Urgent final : public Task { int priority_; };
            struct Failure : public std::runtime_error { Failure() : std::runtime_error("") {} };
            #define HOST_FUNCTION(name) \
              void launch_##name(torch::Tensor x) { name##_kernel<<<1, 32>>>(x.data_ptr()); }
            HOST_FUNCTION(copy)
            int main() { auto launch = [](float* p) { k<<<dim3(1), 32, 0, nullptr>>>(p); }; launch(nullptr); }
            """);
        var run = ToolRun.Of("run", _path, "k", "--grid", "1", "--block", "4", "--sanitize", "--json", "inout:f32[4]=ones");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(8, (double)run.Document()["outputs"]![0]!["sum"]!);
    }

    [Fact]
    public void CommonLinesOfPtxAreUnderstood()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), $"the software device needs a C++ compiler: {reason}");
        File.WriteAllText(_path, """
            __device__ __forceinline__ unsigned lane_id() { unsigned ret; asm volatile ("mov.u32 %0, %%laneid;" : "=r"(ret)); return ret; }
            __global__ void k(unsigned* o) {
              __shared__ unsigned all[64];
              unsigned below;
              asm("mov.u32 %0, %%lanemask_lt;" : "=r"(below));
              all[threadIdx.x] = lane_id() + __popc(below);
              asm volatile("bar.sync 0;" ::: "memory");
              o[threadIdx.x] = all[63 - threadIdx.x];
            }
            """);
        var run = ToolRun.Of("run", _path, "k", "--grid", "1", "--block", "64", "--sanitize", "--json", "out:u32[64]");
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(2 * 2 * 31 * 32 / 2, (double)run.Document()["outputs"]![0]!["sum"]!);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);
}
