using System.Globalization;
using System.Text.RegularExpressions;

namespace CudaKernels.Tests.Checks;

/// <summary>The checking mode finds each mistake of planted.cu, by rule and line, and nothing in the right kernels.</summary>
public sealed partial class PlantedMistakeTests
{
    private static readonly string s_path = Path.Combine(AppContext.BaseDirectory, "Checks", "planted.cu");
    private static readonly Lazy<IReadOnlyList<Planted>> s_kernels = new(Read);

    public static IEnumerable<TheoryDataRow<string, int>> Rows() =>
        from kernel in s_kernels.Value from seed in (int[])[0, 1, 2] select new TheoryDataRow<string, int>(kernel.Name, seed);

    [Theory]
    [MemberData(nameof(Rows))]
    public void IsFoundWhereItIs(string name, int seed)
    {
        var kernel = s_kernels.Value.Single(candidate => candidate.Name == name);
        var reports = Run(kernel, new EmulationOptions { Sanitize = true, Seed = seed });
        if (kernel.Rule is null)
        {
            Assert.Empty(reports);
            return;
        }

        Assert.Contains(reports, report => report.Rule == kernel.Rule && (report.Line == kernel.Line || report.OtherLine == kernel.Line));
        Assert.All(reports, report => Assert.Equal(name, report.Kernel));
    }

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
        Open(new EmulationOptions { Sanitize = true }, out var emulated);
        using (emulated)
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

    private static IReadOnlyList<EmulationReport> Run(Planted kernel, EmulationOptions options) => [.. All(kernel.Name, options).Where(report => report.Rule != EmulationReport.NoteRule)];

    private static IReadOnlyList<EmulationReport> All(string name, EmulationOptions options)
    {
        var kernel = s_kernels.Value.Single(candidate => candidate.Name == name);
        Open(options, out var emulated);
        using (emulated)
        {
            var device = emulated.Device;
            using var module = device.Compile(KernelSource.FromFile(s_path));
            using var target = device.CreateBuffer<int>(kernel.Length);
            using var source = device.CreateBuffer<int>(new int[kernel.Length]);
            device.DefaultStream.Launch(module.GetKernel(name), new LaunchConfig(new Dim3(kernel.Blocks), new Dim3(kernel.Threads), kernel.Shared), target, source, kernel.Length);
            try
            {
                device.Synchronize();
            }
            catch (CudaException fault)
            {
                // What a GPU would fault at ends the context here too; the report says where.
                Assert.NotEmpty(emulated.Reports);
                Assert.NotEqual(CudaKernels.Interop.CUresult.CUDA_SUCCESS, fault.Code);
            }

            return emulated.Reports;
        }
    }

    private static void Open(EmulationOptions options, out EmulatedDevice device)
    {
        Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
        device = EmulatedDevice.Open(options);
    }

    private static List<Planted> Read()
    {
        var kernels = new List<Planted>();
        var lines = File.ReadAllLines(s_path);
        int[] launch = [];
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("// launch ", StringComparison.Ordinal))
            {
                launch = [.. lines[i]["// launch ".Length..].Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
            }
            else if (KernelName().Match(lines[i]) is { Success: true } match)
            {
                kernels.Add(new Planted(match.Groups[1].Value, (uint)launch[0], (uint)launch[1], launch[2], launch[3], null, 0));
            }
            else if (lines[i].Split(";  //! ") is [_, var rule])
            {
                kernels[^1] = kernels[^1] with { Rule = rule, Line = i + 1 };
            }
        }

        return kernels;
    }

    [GeneratedRegex(@"__global__ void (\w+)")]
    private static partial Regex KernelName();

    private sealed record Planted(string Name, uint Blocks, uint Threads, int Shared, int Length, string? Rule, int Line);
}
