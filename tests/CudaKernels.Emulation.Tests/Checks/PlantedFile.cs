using System.Globalization;
using System.Text.RegularExpressions;

namespace CudaKernels.Tests.Checks;

/// <summary>
/// A file of kernels with planted mistakes, and right ones that look like them. Every kernel takes (int* out, int* in, int n): n initialised
/// elements in <c>in</c>, n uninitialised ones in <c>out</c>. A comment <c>// launch BLOCKS THREADS SHARED N</c> stands before a kernel, and
/// <c>//! RULE</c> ends the line that has to be reported.
/// </summary>
internal sealed partial class PlantedFile
{
    private readonly string _path;
    private readonly Lazy<IReadOnlyList<Planted>> _kernels;

    public PlantedFile(string path)
    {
        _path = path;
        _kernels = new(Read);
    }

    /// <summary>Each kernel under three schedules.</summary>
    public IEnumerable<TheoryDataRow<string, int>> Rows() => from kernel in _kernels.Value from seed in (int[])[0, 1, 2] select new TheoryDataRow<string, int>(kernel.Name, seed);

    /// <summary>Runs a kernel in the checking mode: the planted mistake must be reported where it is, and a right kernel not at all.</summary>
    public void Check(string name, int seed)
    {
        var kernel = _kernels.Value.Single(candidate => candidate.Name == name);
        var reports = Run(name, new EmulationOptions { Sanitize = true, Seed = seed }).Where(report => report.Rule != EmulationReport.NoteRule).ToList();
        if (kernel.Rule is null)
        {
            Assert.Empty(reports);
            return;
        }

        Assert.Contains(reports, report => report.Rule == kernel.Rule && (report.Line == kernel.Line || report.OtherLine == kernel.Line));
        Assert.All(reports, report => Assert.Equal(name, report.Kernel));
    }

    /// <summary>Runs a kernel and gives all reports, notes included.</summary>
    public IReadOnlyList<EmulationReport> Run(string name, EmulationOptions options)
    {
        Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
        var kernel = _kernels.Value.Single(candidate => candidate.Name == name);
        using var emulated = EmulatedDevice.Open(options);
        var device = emulated.Device;
        using var module = device.Compile(KernelSource.FromFile(_path));
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

    private List<Planted> Read()
    {
        var kernels = new List<Planted>();
        var lines = File.ReadAllLines(_path);
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
