namespace CudaKernels.Tests;

public sealed class FrontEndGateTests(GatedTree tree) : IClassFixture<GatedTree>
{
    public static IEnumerable<TheoryDataRow<string>> Kernels() => Files(".cu");

    public static IEnumerable<TheoryDataRow<string>> Headers() => Files(".cuh");

    [Theory]
    [MemberData(nameof(Kernels))]
    public void TheKernelNeedsNothingOfTheHost(string file) => Passes(file);

    [Theory]
    [MemberData(nameof(Headers))]
    public void TheHeaderStandsAlone(string file) => Passes(file);

    [Theory]
    [InlineData("__device__ float f() { return INFINITY; }", "INFINITY")]
    [InlineData("__device__ int f() { return std::min(1, 2); }", "std")]
    [InlineData("__device__ uint32_t f() { return 0; }", "uint32_t")]
    [InlineData("__device__ half f();", "half")]
    [InlineData("#include <math.h>", "'math.h' file not found")]
    [InlineData("#include <stdint.h>", "'stdint.h' file not found")]
    [InlineData("#include <cuda_fp16.h>", "'cuda_fp16.h' file not found")]
    public void WhatLeaksFromTheHostIsFound(string text, string objection) => Refuses(text, objection);

    [Theory]
    [InlineData("int host(int x) { return x; } __global__ void k(int* p) { *p = host(*p); }", "no matching function for call to 'host'")]
    [InlineData("constexpr int host(int x) { return x; } __global__ void k(int* p) { *p = host(*p); }", "no matching function for call to 'host'")]
    [InlineData("template <class T> T host(T x) { return x; } template <class T> __global__ void k(T* p) { *p = host(*p); } auto use = &k<int>;", "no matching function for call to 'host'")]
    [InlineData("int host(int x) { return x; } template <class T> __device__ T f(T x) { return host(x); } template <class T> __global__ void k(T* p) { *p = f(*p); } auto use = &k<int>;", "no matching function for call to 'host'")]
    [InlineData("__global__ int k() { return 1; }", "must have void return type")]
    [InlineData("__global__ void k() { threadIdx.x = 1; }", "cannot assign to variable 'threadIdx'")]
    [InlineData("__global__ void k() { ++blockDim.y; }", "cannot assign to variable 'blockDim'")]
    [InlineData("__global__ void k() { throw 1; }", "cannot use 'throw'")]
    [InlineData("__global__ void k(int n) { asm volatile(\"cp.async.wait_group %0;\" ::\"n\"(n)); }", "constraint 'n' expects an integer constant expression")]
    [InlineData("__shared__ int s; __constant__ int* p = &s;", "dynamic initialization is not supported")]
    public void WhatTheDeviceHasNotIsFound(string text, string objection) => Refuses(text, objection);

    [Fact]
    public void TheRightTwinsPass() => Assert.Null(tree.ObjectionToText(
        """
        __host__ __device__ constexpr int both(int x) { return x; }
        __device__ int device(int x) { return both(x); }
        template <int N> __global__ void k(int* p) {
          asm volatile("cp.async.wait_group %0;" ::"n"(N));
          *p = device((int)threadIdx.x);
        }
        auto use = &k<1>;
        """));

    private static IEnumerable<TheoryDataRow<string>> Files(string suffix) => GatedTree.Files.Where(path => path.EndsWith(suffix, StringComparison.Ordinal)).Select(path => new TheoryDataRow<string>(path));

    private void Passes(string file)
    {
        Assert.NotEmpty(FrontEndGate.Require().Architectures);
        Assert.True(tree.ObjectionTo(file) is null, tree.ObjectionTo(file));
    }

    private void Refuses(string text, string objection) => Assert.Contains(objection, tree.ObjectionToText(text) ?? "nothing was objected to", StringComparison.Ordinal);
}
