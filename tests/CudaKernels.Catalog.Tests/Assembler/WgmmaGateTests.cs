using CudaKernels.Interop;

namespace CudaKernels.Tests;

public sealed class WgmmaGateTests
{
    private const string Symbol = "_Z6kernel";

    [Fact]
    public void EveryKernelByWgmmaKeepsItsRegistersAndItsPipeline()
    {
        var found = NativeLibraries.Find(NativeLibraryKind.Nvrtc);
        Assert.SkipUnless(found.Found, $"no NVRTC was found; {found.Tried.Count} places were tried");
        var compiler = new NvrtcCompiler(new NvrtcApi(NativeLibraries.OpenNvrtc()), searchToolkit: false);
        using var device = CudaDevice.TryOpen(0, out var first, out _) ? first : null;
        var hopper = device is { Specification.ComputeCapability: { Major: 9, Minor: 0 } } ? device : null;
        var objections = WgmmaGate.Objections(compiler, hopper, [.. WgmmaGate.Kernels.Select(kernel => (KernelSource.FromResource(kernel.File), kernel.Expression))]);
        Assert.True(objections.Count == 0, string.Join('\n', objections));
    }

    [Fact]
    public void EveryKernelByWgmmaOfTheFilesIsJudged()
    {
        var defined = KernelSource.ResourcePaths.SelectMany(file => WgmmaGate.Defined(KernelSource.FromResource(file).Text).Select(kernel => (file, kernel.Name))).ToHashSet();
        Assert.Equal(defined, WgmmaGate.Kernels.Select(kernel => (kernel.File, kernel.Expression.Split('<')[0])).ToHashSet());
        Assert.Contains(("linear_algebra/matmul_wgmma.cu", "matmul_wgmma"), defined);
    }

    // With the threads alone ptxas does not know how many registers a thread starts with, and ignores setmaxnreg (C7508).
    [Fact]
    public void EveryKernelByWgmmaIsBoundToOneBlockOfAMultiprocessor() =>
        Assert.All(KernelSource.ResourcePaths.SelectMany(file => WgmmaGate.Defined(KernelSource.FromResource(file).Text)), kernel => Assert.Matches(@", 1$", kernel.Bounds));

    [Fact]
    public void TheDefinitionOfAKernelIsReadWithItsBounds() => Assert.Equal(
        [("a_wgmma", "384, 1"), ("b_wgmma", "Of<(2)>::kThreads, 1"), ("c_wgmma", "")],
        WgmmaGate.Defined("""
            __global__ void __launch_bounds__(384, 1) a_wgmma(int x) {}
            template <class T>
            __global__ void __launch_bounds__(Of<(2)>::kThreads, 1) b_wgmma(
                T x) {}
            __global__ void c_wgmma(int x) {}
            __global__ void __launch_bounds__(256) other(int x) { uses_wgmma(x); }
            """));

    [Theory]
    [InlineData(168, 0, 0)]
    [InlineData(128, 0, 0)]
    [InlineData(167, 0, 1)] // what a kernel without setmaxnreg may need
    [InlineData(168, 8, 1)]
    [InlineData(255, 8, 2)]
    public void TheLogOfAKernelIsJudged(int registers, int stackBytes, int objections) =>
        Assert.Equal(objections, WgmmaGate.Objections(new PtxasLog([new(Symbol, stackBytes, Registers: registers)], []), Symbol).Count);

    [Fact]
    public void ARemarkAndASilenceAreObjections()
    {
        Assert.Equal(["serialized"], WgmmaGate.Objections(new PtxasLog([new(Symbol, Registers: 168)], ["serialized"]), Symbol));
        Assert.Matches("did not say.*" + Symbol, Assert.Single(WgmmaGate.Objections(new PtxasLog([new("_Z5other", Registers: 168)], []), Symbol)));
    }

    [Theory]
    [InlineData(384, 168, 0, 0)]
    [InlineData(512, 128, 0, 0)]
    [InlineData(384, 128, 0, 1)]
    [InlineData(512, 168, 0, 1)]
    [InlineData(256, 256, 0, 1)]
    [InlineData(384, 168, 4, 1)]
    [InlineData(384, 90, 4, 2)]
    public void TheAttributesOfAKernelAreJudged(int threads, int registers, int localBytes, int objections) => Assert.Equal(objections, WgmmaGate.Objections(threads, registers, localBytes).Count);

    // The software device's NVRTC has no ptxas, so that it says nothing; and its kernels have no registers.
    [Fact]
    public void ACompilerThatSaysNothingAndADeviceWithoutRegistersDoNotPass()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open();
        var kernel = (KernelSource.FromString("silent.cu", "template <class T> __global__ void __launch_bounds__(384, 1) silent_wgmma(T* p) { *p = 1; }"), "silent_wgmma<float>");
        var objections = WgmmaGate.Objections(new NvrtcCompiler(emulated.Device.Nvrtc, searchToolkit: false), emulated.Device, [kernel]);
        Assert.Equal(2, objections.Count);
        Assert.Matches("^silent.cu, silent_wgmma<float>: ptxas did not say", objections[0]);
        Assert.Matches("the device gives a thread [0-9]+ registers", objections[1]);
    }

    [Fact]
    public void AKernelThatDoesNotCompileIsNamed()
    {
        Assert.SkipUnless(EmulatedDevice.IsSupported(out var reason), reason);
        using var emulated = EmulatedDevice.Open();
        var kernel = (KernelSource.FromString("wrong.cu", "template <class T> __global__ void wrong_wgmma(T* p) { *p = undeclared; }"), "wrong_wgmma<float>");
        Assert.Matches("^wrong.cu, wrong_wgmma<float>: (.|\n)*undeclared", Assert.Single(WgmmaGate.Objections(new NvrtcCompiler(emulated.Device.Nvrtc, searchToolkit: false), null, [kernel])));
    }
}
