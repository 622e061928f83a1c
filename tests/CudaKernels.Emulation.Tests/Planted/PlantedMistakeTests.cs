namespace CudaKernels.Tests.Planted;

/// <summary>The checking mode finds each planted mistake by rule and line under every schedule, and nothing in the correct twins.</summary>
public sealed class PlantedMistakeTests : IClassFixture<PlantedImages>
{
    public PlantedMistakeTests() => Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");

    public static IEnumerable<TheoryDataRow<string, int>> Mistakes() =>
        from kernel in PlantedKernel.All.Values where !kernel.IsSound from seed in (int[])[0, 1, 2] select new TheoryDataRow<string, int>(kernel.Name, seed);

    public static IEnumerable<TheoryDataRow<string>> Twins() => from kernel in PlantedKernel.All.Values select new TheoryDataRow<string>(kernel.Name);

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void IsFoundWhereItIs(string name, int seed)
    {
        var kernel = PlantedKernel.All[name];
        IReadOnlyList<EmulationReport> reports = [.. kernel.Run(right: false, seed).Where(report => report.Rule != EmulationReport.NoteRule || kernel.Marks[0].Rule == EmulationReport.NoteRule)];
        Assert.NotEmpty(reports);
        Assert.All(reports, report =>
        {
            Assert.Contains(kernel.Marks, mark => report.Rule == mark.Rule && (report.Line == mark.Line || report.OtherLine == mark.Line));
            Assert.Equal((name, $"{name}.cu"), (report.Kernel, report.File));
        });
    }

    [Theory]
    [MemberData(nameof(Twins))]
    public void TheTwinIsSilent(string name)
    {
        var kernel = PlantedKernel.All[name];
        foreach (var (seed, reversed) in (ReadOnlySpan<(int, bool)>)[(0, false), (0, true), (1, false), (2, false)])
        {
            var reports = kernel.Run(right: true, seed, reversed);
            Assert.DoesNotContain(reports, report => report.Rule != EmulationReport.NoteRule);
            if (kernel.IsSound && kernel.Marks is [var note, ..])
            {
                Assert.Contains(reports, report => report.Rule == note.Rule && report.Line == note.Line);
            }
        }
    }

    [Fact]
    public void ThereAreManyAndEachDiffersFromItsTwin()
    {
        var mistakes = PlantedKernel.All.Values.Where(kernel => !kernel.IsSound).ToArray();
        Assert.True(mistakes.Length >= 100, $"{mistakes.Length} planted mistakes");
        Assert.All(mistakes, kernel =>
        {
            Assert.NotEmpty(kernel.Marks);
            Assert.Contains("RIGHT", File.ReadAllText(kernel.Path));
        });
    }

    [Fact]
    public void ASeedRepeatsARunExactly()
    {
        foreach (var name in (string[])["missing_barrier", "missing_syncwarp", "last_block_writer_without_fence"])
        {
            Assert.Equal(Seen(name), Seen(name));
        }

        // Buffers lie elsewhere in every run.
        static IEnumerable<EmulationReport> Seen(string name) => PlantedKernel.All[name].Run(right: false, seed: 42).Select(report => report with { Buffer = null });
    }

    [Fact]
    public void AMistakeOfManyThreadsIsOneReportWithACount()
    {
        var report = Assert.Single(PlantedKernel.All["half_of_shared_written"].Run(right: false, seed: 0));
        Assert.Equal(32, report.Count);
        Assert.Equal((32u, 0u, 0u), report.Thread);
    }

    [Fact]
    public void ARaceNamesBothSides()
    {
        var report = PlantedKernel.All["two_blocks_one_element"].Run(right: false, seed: 0).Single(candidate => candidate.Rule == "race");
        Assert.Equal((1u, 0u, 0u), report.Block);
        Assert.Equal((0u, 0u, 0u), report.OtherBlock);
        Assert.Equal(report.Line, report.OtherLine);
        Assert.StartsWith("128 bytes of", report.Buffer, StringComparison.Ordinal);
    }

    [Fact]
    public void ADeadlockSaysWhoWaitsWhere()
    {
        var report = Assert.Single(PlantedKernel.All["deadlock_barrier_and_warp"].Run(right: false, seed: 0));
        Assert.Contains("16 thread(s) (first 0) wait in __syncthreads at line 7", report.Message, StringComparison.Ordinal);
        Assert.Contains("16 thread(s) (first 16) wait in __syncwarp at line 8", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FreedMemoryIsFound()
    {
        const string text = "extern \"C\" __global__ void reads(int* out, unsigned long long address) { out[0] = *(int*)address; }";
        using var emulated = EmulatedDevice.Open(new EmulationOptions { Sanitize = true });
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
