namespace CudaKernels.Tests.Vocabulary;

/// <summary>
/// A kernel whose template argument takes one line of it away; 0 leaves it whole. Its parameters are (int* out, const int* in, int n).
/// </summary>
/// <param name="Name">The kernel, and the file of Kernels/ that it stands in.</param>
/// <param name="Cuts">The highest number of a line that can be taken away.</param>
/// <param name="Launch">How it is launched.</param>
/// <param name="Length">The elements of both buffers.</param>
/// <param name="Expected">What it computes from its input: the first elements of its output.</param>
internal sealed record CutKernel(string Name, int Cuts, LaunchConfig Launch, int Length, Func<int[], int[]> Expected)
{
    private static readonly Dictionary<string, CutKernel> s_all = new CutKernel[]
    {
        new("copy_groups", 5, new LaunchConfig(1, 64), 1000, input => [input.Sum()]),
        new("bulk_ring", 19, new LaunchConfig(1, 96), 2048, input => [.. input.Select(x => (3 * x) + 1)]),
        new("cluster_sum", 13, new LaunchConfig(4, 128, Cluster: new Dim3(2)), 2048, input =>
            [.. input.Chunk(256).Select((tile, i) => (i % 2, Sum: tile.Sum())).GroupBy(part => part.Item1, part => part.Sum).Select(sums => sums.Sum())]),
    }.ToDictionary(kernel => kernel.Name);

    /// <summary>Those whose file is there: tests/CudaKernels.Mutation leaves out what a change does not concern.</summary>
    public static IEnumerable<CutKernel> All => s_all.Values.Where(kernel => kernel.IsThere);

    public static CutKernel Of(string name) => s_all[name];

    private bool IsThere => File.Exists(VocabularyModule.PathOf(Name + ".cu"));

    /// <summary>Runs it with a line taken away.</summary>
    /// <returns>The first elements of its output, and what was reported, notes left out.</returns>
    public (int[] Output, IReadOnlyList<EmulationReport> Reports) Run(int cut, EmulationOptions options)
    {
        Assert.SkipUnless(EngineRun.CompilerIsThere(out var reason), reason ?? "");
        Assert.SkipUnless(IsThere, $"{Name}.cu is left out");
        var input = Enumerable.Range(0, Length).Select(i => (i * 37) % 1009).ToArray();
        using var emulated = EmulatedDevice.Open(options);
        var device = emulated.Device;
        // All instances in one module, so that they are compiled once.
        var expressions = Enumerable.Range(0, Cuts + 1).Select(number => $"{Name}<{number}>").ToArray();
        using var module = device.Compile(KernelSource.FromFile(VocabularyModule.PathOf(Name + ".cu")), new CompileOptions { Kernels = expressions });
        using var source = device.CreateBuffer<int>(input);
        using var target = device.CreateBuffer<int>(Length);
        var output = new int[Expected(input).Length];
        try
        {
            device.DefaultStream.Launch(module.GetKernel(expressions[cut]), Launch, target, source, Length);
            target.ToArray().AsSpan(0, output.Length).CopyTo(output);
        }
        catch (CudaException fault)
        {
            // The context has ended, as on a GPU: there is a report and no output.
            Assert.NotEmpty(emulated.Reports);
            Assert.NotEqual(CudaKernels.Interop.CUresult.CUDA_SUCCESS, fault.Code);
        }

        return (output, [.. emulated.Reports.Where(report => report.Rule != EmulationReport.NoteRule)]);
    }

    public int[] ExpectedOutput() => Expected([.. Enumerable.Range(0, Length).Select(i => (i * 37) % 1009)]);
}
