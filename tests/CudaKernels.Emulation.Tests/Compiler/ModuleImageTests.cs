using CudaKernels.Emulation;

namespace CudaKernels.Tests;

/// <summary>Images as a cache may give them back: whole, cut or changed; and programs whose headers have awkward names.</summary>
public sealed class ModuleImageTests
{
    private static readonly byte[] s_image = new ModuleImage(2, 1, 48, true, [.. Enumerable.Range(0, 300).Select(i => (byte)i)]).ToBytes();

    [Fact]
    public void AnImageReadsBackAsItWasWritten()
    {
        Assert.True(ModuleImage.TryRead(s_image, out var image));
        Assert.Equal((2, 1, 48), (image.Kernels, image.Globals, image.SharedBytes));
        Assert.Equal(Enumerable.Range(0, 300).Select(i => (byte)i), image.Library);
    }

    [Fact]
    public void ACutImageIsRefusedAtEveryLength()
    {
        for (var length = 0; length < s_image.Length; length++)
        {
            Assert.False(ModuleImage.TryRead(s_image.AsSpan(0, length), out _), $"{length} bytes");
        }
    }

    [Fact]
    public void AChangedLibraryIsRefusedAndNotLoaded()
    {
        var damaged = (byte[])s_image.Clone();
        damaged[^1] ^= 1;
        Assert.False(ModuleImage.TryRead(damaged, out _));
        Assert.Throws<InvalidDataException>(() => SoftwareModule.Load(damaged));
    }

    [Fact]
    public void HeadersAreFoundUnderTheirNamesAndMayNotLeaveTheFolder()
    {
        Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
        const string Source = "#include \"parts/two.cuh\"\nextern \"C\" __global__ void k(int* y) { *y = two(); }";
        var program = new SoftwareProgram(Source, "k.cu", [new("parts/two.cuh", "__device__ inline int two() { return 2; }")]);
        var result = program.Compile([]);
        Assert.True(result.Succeeded, result.Log);
        Assert.True(SoftwareModule.Load(result.Image).TryGetKernel("k", out _));
        Assert.Throws<ArgumentException>(() => new SoftwareProgram(Source, "k.cu", [new("../outside.cuh", "")]).Compile([]));
    }

    [Fact]
    public void ManyThreadsMayCompileAndLoadAtOnce()
    {
        Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
        Parallel.For(0, 4, i =>
        {
            var program = new SoftwareProgram($"template <int N> __global__ void put(int* y) {{ *y = N + {i}; }}", "put.cu", []);
            program.AddNameExpression("put<3>");
            var result = program.Compile([]);
            Assert.True(result.Succeeded, result.Log);
            Assert.True(SoftwareModule.Load(result.Image).TryGetKernel(result.LoweredNames["put<3>"], out var kernel));
            Assert.Equal("put<3>", kernel.Expression);
        });
    }
}
