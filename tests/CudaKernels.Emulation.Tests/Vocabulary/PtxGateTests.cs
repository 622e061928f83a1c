namespace CudaKernels.Tests.Vocabulary;

/// <summary>The PTX bodies of the wrappers pass clang's CUDA front end, every function called, and the twins the host's compiler.</summary>
public sealed class PtxGateTests
{
    public static IEnumerable<TheoryDataRow<string>> Files() =>
        Directory.GetFiles(VocabularyModule.PathOf(""), "every_*.cu").Select(path => new TheoryDataRow<string>(Path.GetFileName(path)));

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryFunctionIsReadForEveryArchitecture(string file)
    {
        var gate = FrontEndGate.Require();
        using var kernels = new TemporaryKernels();
        var unit = kernels.Write("gate/" + file, File.ReadAllText(VocabularyModule.PathOf(file)));
        Assert.NotEmpty(gate.Architectures);
        Assert.All(gate.Architectures, architecture => Assert.Null(gate.Check(kernels.Path, unit, architecture)));
    }

    [Theory]
    [InlineData("m16n8k16<f16>(d, a, b, d)", "sm_75")]
    [InlineData("m16n8k32<e4m3>(d, a, b, d)", "sm_80")]
    public void AnInstructionThatTheArchitectureLacksDoesNotCompile(string call, string architecture)
    {
        var gate = FrontEndGate.Require();
        Assert.SkipUnless(gate.Architectures.Contains(architecture), $"clang does not know {architecture}");
        using var kernels = new TemporaryKernels();
        var text = $"#include \"common/ptx/mma.cuh\"\n#include \"common/ptx/mma_fp8.cuh\"\n__device__ void f(float (&d)[4], const u32 (&a)[4], const u32 (&b)[2]) {{ ptx::mma_{call}; }}\n";
        Assert.NotNull(gate.Check(kernels.Path, kernels.Write("gate/lacks.cu", text), architecture));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryTwinCompiles(string file)
    {
        Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
        foreach (var (major, minor) in (ReadOnlySpan<(int, int)>)[(7, 5), (8, 0), (9, 0)])
        {
            using var emulated = EmulatedDevice.Open(new EmulationOptions { ComputeCapability = new Version(major, minor) });
            using var module = emulated.Device.Compile(KernelSource.FromFile(VocabularyModule.PathOf(file)));
            Assert.NotNull(module.GetKernel(Path.GetFileNameWithoutExtension(file)));
        }
    }

    // A header that leans on another one's includes breaks the first kernel that includes it alone.
    [Fact]
    public void EveryHeaderStandsAlone()
    {
        var gate = FrontEndGate.Require();
        using var kernels = new TemporaryKernels();
        foreach (var header in KernelSource.ResourcePaths.Where(path => path.StartsWith("common/ptx/", StringComparison.Ordinal)))
        {
            var unit = kernels.Write("gate/alone.cu", $"#include \"{header}\"\n");
            Assert.All(gate.Architectures, architecture => Assert.True(gate.Check(kernels.Path, unit, architecture) is null, $"{header} for {architecture}"));
        }
    }
}
