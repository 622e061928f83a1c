namespace CudaKernels.Tests.Checks;

/// <summary>The checking mode finds each mistake of planted.cu, by rule and line, and nothing in the right kernels.</summary>
public sealed class PlantedMistakeTests
{
    private static readonly PlantedFile s_file = new(Path.Combine(AppContext.BaseDirectory, "Checks", "planted.cu"));

    public static IEnumerable<TheoryDataRow<string, int>> Rows() => s_file.Rows();

    [Theory]
    [MemberData(nameof(Rows))]
    public void IsFoundWhereItIs(string name, int seed) => s_file.Check(name, seed);

    [Fact]
    public void TheSameValueWrittenTwiceIsANote() =>
        Assert.Contains(All("good_same_value", new EmulationOptions { Sanitize = true }), report => report.Rule == EmulationReport.NoteRule);

    [Fact]
    public void ASeedRepeatsARunExactly()
    {
        foreach (var name in (string[])["bad_missing_barrier", "bad_missing_syncwarp", "bad_last_block"])
        {
            var options = new EmulationOptions { Sanitize = true, Seed = 42 };
            Assert.Equal(All(name, options).Select(report => report with { Buffer = null }), All(name, options).Select(report => report with { Buffer = null }));
        }
    }

    [Fact]
    public void AMistakeOfManyThreadsIsOneReportWithACount()
    {
        var report = Assert.Single(All("bad_uninitialized_shared", new EmulationOptions { Sanitize = true }));
        Assert.Equal(32, report.Count);
        Assert.Equal((32u, 0u, 0u), report.Thread);
        Assert.Equal("planted.cu", report.File);
    }

    [Fact]
    public void ARaceNamesBothSides()
    {
        var report = All("bad_two_blocks", new EmulationOptions { Sanitize = true }).Single(candidate => candidate.Rule == "race");
        Assert.Equal((1u, 0u, 0u), report.Block);
        Assert.Equal((0u, 0u, 0u), report.OtherBlock);
        Assert.Equal(report.Line, report.OtherLine);
        Assert.StartsWith("128 bytes of", report.Buffer, StringComparison.Ordinal);
    }

    [Fact]
    public void FreedMemoryIsFound()
    {
        const string text = "extern \"C\" __global__ void reads(int* out, unsigned long long address) { out[0] = *(int*)address; }";
        Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
        using (var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true }))
        {
            var device = emulated.Device;
            using var module = device.Compile(KernelSource.FromString("freed.cu", text));
            using var target = device.CreateBuffer<int>(1);
            var freed = device.CreateBuffer<int>([1, 2, 3]);
            var address = freed.Address.Value;
            freed.Dispose();
            device.Synchronize();
            device.DefaultStream.Launch(module.GetKernel("reads"), new LaunchConfig(1, 1), target, address);
            Assert.ThrowsAny<CudaException>(device.Synchronize);
            Assert.Equal("use-after-free", emulated.Reports[0].Rule);
        }
    }

    private static IReadOnlyList<EmulationReport> All(string name, EmulationOptions options) => s_file.Run(name, options);
}
