using CudaKernels.Interop;

namespace CudaKernels.Tests;

public sealed class NvrtcGateTests
{
    [Fact]
    public void EveryKernelAndHeaderCompilesForEveryArchitectureThatNvrtcKnows()
    {
        var found = NativeLibraries.Find(NativeLibraryKind.Nvrtc);
        Assert.SkipUnless(found.Found, $"no NVRTC was found; {found.Tried.Count} places were tried");
        var compiler = new NvrtcCompiler(new NvrtcApi(NativeLibraries.OpenNvrtc()), searchToolkit: false);
        Assert.Empty(NvrtcGate.Objections(compiler, KernelSource.ResourcePaths.Select(KernelSource.FromResource)));
    }

    // The gate itself, on the software device's NVRTC, which every machine with a host compiler has.
    [Fact]
    public void ARightKernelPassesAndAWrongOneIsNamedWithItsArchitecture()
    {
        Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
        using var emulated = EmulatedDevice.Open();
        var compiler = new NvrtcCompiler(emulated.Device.Nvrtc, searchToolkit: false);
        Assert.Empty(NvrtcGate.Objections(compiler, [KernelSource.FromResource("linear_algebra/transpose.cu"), KernelSource.FromResource("common/numeric.cuh")]));

        var objections = NvrtcGate.Objections(compiler, [KernelSource.FromString("wrong.cu", "__global__ void k(int* p) { *p = undeclared; }")]);
        Assert.Equal(compiler.SupportedArchitectures.Count(number => number >= 75), objections.Count);
        Assert.All(objections, objection => Assert.Matches("^wrong.cu for sm_[0-9]+a?: (.|\n)*undeclared", objection));
    }
}
