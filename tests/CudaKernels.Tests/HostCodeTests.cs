namespace CudaKernels.Tests;

/// <summary>A source reduced to its device code: what device code can use stays, the rest goes, lines keep their places.</summary>
public sealed class HostCodeTests
{
    [Theory]
    [InlineData("__global__ void k(int* p) { p[0] = 1; }")]
    [InlineData("template <int N> __device__ __forceinline__ int f() { return N < 3 ? 1 : 2; }")]
    [InlineData("constexpr int half_of(int n) { return n / 2; }")]
    [InlineData("const int size = 1 << 4, other = 3;")]
    [InlineData("static __constant__ float weights[2][2] = {{1, 2}, {3, 4}};")]
    [InlineData("struct Pair { int a, b; __device__ Pair operator+(Pair o) const { return {a + o.a, b + o.b}; } };")]
    [InlineData("typedef struct { float x, y; } Point;")]
    [InlineData("enum class Mode : int { slow = 1, fast };")]
    [InlineData("namespace a::b { using T = float; }")]
    [InlineData("extern \"C\" { __device__ int g(int); }")]
    [InlineData("template <class T> struct Plus { constexpr T operator()(T a, T b) const { return a + b; } };")]
    [InlineData("#define HD __host__ __device__\nHD inline int twice(int n) { return 2 * n; }")]
    [InlineData("#define KERNEL(name) __global__ void name(int* p) { p[0]++; }\nKERNEL(one)\nKERNEL(two)")]
    [InlineData("namespace a { __device__ int f(int); }\nusing a::f;\nusing namespace a;\nusing b::g;")]
    [InlineData("// int main() { \" }\n__device__ int brace = '{';")]
    public void DeviceCodeStays(string text) => Assert.Equal(text, Reduce(text));

    [Theory]
    [InlineData("int main(int argc, char** argv) { k<<<dim3(1), 32>>>(nullptr); return 0; }")]
    [InlineData("void f(const float*, int);")]
    [InlineData("static cudaStream_t stream;")]
    [InlineData("std::vector<int> all = {1, 2, 3};")]
    [InlineData("const std::string name = \"{\";")]
    [InlineData("class Timer { public: Timer() : start_{}, n{1} { cudaEventCreate(&start_); } private: cudaEvent_t start_; };")]
    [InlineData("template <typename T> std::map<T, int> count(const T* p) { return {}; }")]
    [InlineData("auto launch = [](float* p) { k<<<1, 2>>>(p); };")]
    [InlineData("bool operator==(dim3 a, dim3 b) { return a.x == b.x; }")]
    [InlineData("using Names = std::vector<std::string>;")]
    [InlineData("int f(int n) try { return n; } catch (...) { return 0; }")]
    public void HostCodeGoes(string text)
    {
        var reduced = Reduce(text + "\n__device__ int kept;");
        Assert.Equal("__device__ int kept;", reduced.Trim());
    }

    [Theory]
    [InlineData("namespace a { void run(int n) { k<<<1, n>>>(); } }\nusing a::run;", false)]
    [InlineData("namespace a { void run(int n) { k<<<1, n>>>(); } __device__ int run(float x); }\nusing a::run;", true)]
    public void AUsingDeclarationGoesWithItsFunction(string text, bool stays) => Assert.Equal(stays, Reduce(text).Contains("using a::run;", StringComparison.Ordinal));

    [Fact]
    public void ABackslashContinuesAMacroAlsoBeforeSpaces()
    {
        const string macro = "#define HOST(name) \\  \n  void run_##name(torch::Tensor x) { \\\t\n }\n";
        Assert.Equal(macro.Trim(), Reduce(macro + "HOST(a)\n").Trim());
    }

    [Fact]
    public void LinesConditionsAndMacrosKeepTheirPlaces()
    {
        const string text = """
            #include <vector>
            #ifdef A
            void f(int n)
            #else
            void f(long n)
            #endif
            {
            #if B
              if (n) {
            #else
              if (!n) {
            #endif
                g();
              }
            #define LATER 3
            }
            #if 0
            } this is no C++ {
            #endif
            __global__ void k(int* p) { p[0] = LATER; }
            """;
        var reduced = Reduce(text).Split('\n');
        var lines = text.Split('\n');
        Assert.Equal(lines.Length, reduced.Length);
        Assert.Equal("__global__ void k(int* p) { p[0] = LATER; }", reduced[^1]);
        foreach (var (before, after) in lines.Zip(reduced))
        {
            Assert.True(before == after || after.Trim().Length == 0, after);
        }

        Assert.All((string[])["#ifdef A", "#if B", "#define LATER 3", "#endif"], line => Assert.Contains(line, reduced));
        Assert.DoesNotContain(reduced, line => line.Contains("void f", StringComparison.Ordinal) || line.Contains("g()", StringComparison.Ordinal));
    }

    [Fact]
    public void HostMembersGoAndTheClassStays()
    {
        var reduced = Reduce("struct Body {\n  float x;\n  Body(float x) : x(x) {}\n  __host__ __device__ float twice() const { return 2 * x; }\n  void print() const { printf(\"%f\", x); }\n};");
        Assert.Contains("float x;", reduced);
        Assert.Contains("twice()", reduced);
        Assert.DoesNotContain("print", reduced);
        Assert.DoesNotContain("Body(float", reduced);
    }

    [Theory]
    [InlineData("<vector>", true, IncludeFate.Goes)]
    [InlineData("<cuda_fp16.h>", true, IncludeFate.Stays)]
    [InlineData("<float.h>", true, IncludeFate.Standard)]
    [InlineData("\"mine.cuh\"", true, IncludeFate.Stays)]
    [InlineData("\"device_launch_parameters.h\"", true, IncludeFate.Goes)]
    [InlineData("<cub/cub.cuh>", true, IncludeFate.Stays)]
    [InlineData("<cub/cub.cuh>", false, IncludeFate.Goes)]
    [InlineData("<cublas_v2.h>", false, IncludeFate.Goes)]
    [InlineData("<cublas_v2.h>", true, IncludeFate.HalfTypes)]
    internal void Includes(string include, bool isNamed, IncludeFate fate) => Assert.Equal(fate, HostIncludes.Fate(include[1..^1], include[0] == '"', _ => isNamed));

    private static string Reduce(string text) => DeviceProgram.Of(text, []).Text;
}
