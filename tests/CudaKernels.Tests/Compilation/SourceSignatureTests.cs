namespace CudaKernels.Tests;

public sealed class SourceSignatureTests
{
    [Theory]
    [InlineData("extern \"C\" __global__ void k(float* x, const float* y, int n) {}", "(float*, const float*, int)")]
    [InlineData("extern \"C\" __global__ void __launch_bounds__(256, 2) k(float *__restrict__ x, const double * __restrict__ y) {}", "(float*, const double*)")]
    [InlineData("extern \"C\" { __device__ int f(int a) { return a; }\n__global__ void k(unsigned n, unsigned long long m, long long l); }", "(unsigned, unsigned long long, long long)")]
    [InlineData("__global__ extern \"C\" void k(float const* x) { }", "(float const*)")]
    [InlineData("/* __global__ */ extern \"C\" __global__ void /* ( */ k(float x = 2.f, // , int\n bool flag) {}", "(float, bool)")]
    [InlineData("extern \"C\" __global__ void k(const float x[16], float (*f)(int)) {}", "(const float*, float ( * f ) ( int ))")]
    [InlineData("extern \"C\" __global__ void k() {}", "()")]
    [InlineData("extern \"C\" __global__ void k(void) {}", "()")]
    [InlineData("extern \"C\" __global__ void k(const __grid_constant__ Params p, float**, const float* const* q) {}", "(const Params, float**, const float* const*)")]
    [InlineData("extern \"C\" __global__ void k(Tile<float, 4> t, ns::Pair* p, [[maybe_unused]] char c) {}", "(Tile<float, 4>, ns::Pair*, char)")]
    public void Parameters_are_read_from_the_source(string text, string expected)
    {
        Assert.Equal(expected, KernelSignature.FromSource(text)["k"].ToString());
    }

    [Fact]
    public void Kinds_follow_the_types()
    {
        var signature = KernelSignature.FromSource(
            """
            struct Params { int a; };
            using i64 = long long;
            typedef unsigned char u8;
            extern "C" __global__ void k(float* a, const float* b, float c, double d, i64 e, u8 f, const u8* g, Params h, size_t i, uint32_t j, Mystery l, __half m, const float* const* n, float* const* o) {}
            """)["k"];
        Assert.Equal(
            [ParameterKind.Pointer, ParameterKind.ConstPointer, ParameterKind.Float, ParameterKind.Double, ParameterKind.SignedInteger, ParameterKind.UnsignedInteger, ParameterKind.ConstPointer,
                ParameterKind.Structure, ParameterKind.UnsignedInteger, ParameterKind.UnsignedInteger, ParameterKind.Unknown, ParameterKind.Structure, ParameterKind.ConstPointer, ParameterKind.ConstPointer],
            signature.Parameters.Select(parameter => parameter.Kind));
        Assert.Equal([8, 8, 4, 8, 8, 1, 8, 0, 8, 4, 0, 2, 8, 8], signature.Parameters.Select(parameter => parameter.Size));
        Assert.Equal("float", signature.Parameters[1].PointeeName);
    }

    [Fact]
    public void Aliases_and_structs_of_headers_count()
    {
        var signature = KernelSignature.FromSource("extern \"C\" __global__ void k(index n, Shape s) {}", "using index = int;", "struct Shape { int d[4]; };")["k"];
        Assert.Equal([ParameterKind.SignedInteger, ParameterKind.Structure], signature.Parameters.Select(parameter => parameter.Kind));
    }

    [Fact]
    public void Kernels_with_mangled_names_are_left_to_the_names()
    {
        Assert.Empty(KernelSignature.FromSource("__global__ void a(float x) {}\ntemplate<class T> __global__ void b(T x) {}\n// extern \"C\" __global__ void c(int) {}\nconst char* d = \"extern __global__ void e(int)\";"));
    }

    [Fact]
    public void Two_different_declarations_are_ambiguous()
    {
        Assert.Empty(KernelSignature.FromSource("#if A\nextern \"C\" __global__ void k(int x) {}\n#else\nextern \"C\" __global__ void k(float x) {}\n#endif"));
        Assert.Single(KernelSignature.FromSource("extern \"C\" __global__ void k(int x);\nextern \"C\" __global__ void k(int y) {}"));
    }

    [Fact]
    public void An_alias_of_itself_ends()
    {
        var signature = KernelSignature.FromSource("using a = b; using b = a; extern \"C\" __global__ void k(a x) {}")["k"];
        Assert.Equal(ParameterKind.Unknown, signature.Parameters[0].Kind);
    }
}
